"""The document's blocks into the lines of its article; whatever is left out is named with the rule that did it.

Others call `content.page_text`, `residue.strip_residue`, and `account.account` for what became of every line.
"""
