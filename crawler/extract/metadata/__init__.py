"""Title, authors, dates, tags, pictures and language of a document, each with where it was read: `fields.read_metadata`.

Others call that, and `sites` for the names that a site goes by. One module per field decides; `fields` puts them together.
"""
