"""Between the spider and the wire: one promise each. `crawler.settings` puts them in order."""
