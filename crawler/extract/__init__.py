"""A page into an article, pure: `article.read_article`, on a `page.document.Document`.

`page` undoes the markup, `text` finds and cleans the prose, `metadata` reads title, authors, dates and the rest.
"""
