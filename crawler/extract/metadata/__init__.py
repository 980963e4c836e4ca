"""Title, authors, dates, tags, pictures and language of a document, each with where it was read: `fields.read_metadata`."""
