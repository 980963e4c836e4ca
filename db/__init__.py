"""WHAT we keep: the record, its schema and the only code that writes it."""
