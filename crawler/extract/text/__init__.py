"""The document's blocks into the lines of its article; whatever is left out is named with the rule that did it."""
