"""The review room: what people see of the record in Datasette, and how it is put into words and HTML."""
