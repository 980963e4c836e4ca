"""Between the spider and the wire: one promise each. `crawler.settings` puts them in order.

Scrapy calls them; the spider reads their answers by `politeness.page_of` and `politeness.fetch_error`. What is private to
Scrapy and Twisted is touched in `private` alone, whose test fails first when a new version moves it.
"""
