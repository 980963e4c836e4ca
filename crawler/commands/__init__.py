"""The verbs: one module each, named after its verb (`sources add` is `sources_add.py`), with its options, help and action.

`crawler.cli` lists them; `verbs` is how they are found, opened and refused. Other modules help the verbs of their name.
"""
