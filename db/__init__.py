"""WHAT we keep: the record, its schema and the only code that writes it.

Others hold a `store.Store`, the only door to writing; they read by `search` and the nouns of `model` and `watched`. `migrations` says
what every schema added, `views` and `guards` what people read and what is refused.
"""
