"""Spiders: thin; they ask, hand the bytes on, and yield.

`watch.WatchSpider` is the one of the crawl; `crawler.runner` starts it, and `scrapy crawl watch` does.
"""
