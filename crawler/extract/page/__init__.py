"""A page's bytes into a parsed document with its blocks, its head and what it declares of itself."""
