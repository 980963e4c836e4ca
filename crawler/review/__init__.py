"""The review room: what people see of the record in Datasette, and how it is put into words and HTML.

`serve.serve_review` is all that others call, with `why.known_address`. The pages are Datasette's plugins in `plugins`; the modules
beside them ask the record, read-only. `plain` keeps a Datasette without us from writing.
"""
