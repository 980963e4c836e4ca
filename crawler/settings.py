"""Scrapy settings, each with its reason beside it.

What a person can set lies in `spacereel.toml` (`crawler.config`) and travels
with each request: time-out, size limit and User-Agent. Names of classes below
are arrows that no import shows; `docs/architecture.md` lists them.
"""

from __future__ import annotations

from crawler.frontier.hosts import user_agent

BOT_NAME = "spacereel"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"
SESSION = "crawler.daemon.scrapy_crawl.session_for_scrapy"  # what `scrapy crawl watch` works at; the daemon brings its own

# --- who we are -----------------------------------------------------------------------------------------
#: product token that robots.txt files name (RFC 9309, section 2.2.1)
ROBOTS_TOKEN = "Spacereel"  # noqa: S105  # a name, not a secret
#: overridden per request when `[fetch] contact` is set
USER_AGENT = user_agent(None)
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "*",  # every language of the beat, none preferred: no redirect to an English edition
}

# --- manners --------------------------------------------------------------------------------------------
CONCURRENT_REQUESTS = 0  # no limit here: the frontier hands out at most `[fetch] concurrency` errands
CONCURRENT_REQUESTS_PER_DOMAIN = (
    1  # connections kept open per host; Scrapy 2.19 itself may start more at once
)
DOWNLOAD_DELAY = (
    0  # the pace is kept in `crawler.frontier.hosts`, which also knows Crawl-delay and Retry-After
)
ROBOTSTXT_OBEY = False  # Scrapy's own reads a 503 as permission; `middlewares.robots` follows RFC 9309
AUTOTHROTTLE_ENABLED = False  # its rule is in `hosts.slowed_s`, where it cannot go below what a host asks for
RETRY_ENABLED = False  # Scrapy retries after 7 ms, 429 included; ours wait in the durable frontier
COOKIES_ENABLED = False  # nobody's session, nothing to leak from host to host
REFERER_ENABLED = (
    True  # off, the redirect middleware warns at each start; on, with the policy below, none is sent
)
REFERRER_POLICY = "no-referrer"

# --- limits ---------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 30  # default 180; of the whole answer, so a dripping body ends too
DOWNLOAD_MAXSIZE = 10_000_000  # default 1 GiB; before and after decompression
DOWNLOAD_WARNSIZE = 0  # the ledger says how large it was
DOWNLOAD_FAIL_ON_DATALOSS = True  # half an article is not an article
REDIRECT_MAX_TIMES = 8  # default 20; RFC 9309 asks for five at least, for robots.txt
METAREFRESH_ENABLED = False  # a page is what was asked for; consent walls and traps use it
URLLENGTH_LIMIT = 2083  # what `canonical_url` lets through, and a little

# --- doors that stay shut -------------------------------------------------------------------------------
DOWNLOAD_VERIFY_CERTIFICATES = True  # default False
DOWNLOAD_HANDLERS = {
    "http": "crawler.middlewares.politeness.PoliteHandler",
    "https": "crawler.middlewares.politeness.PoliteHandler",
    "data": None,  # a redirect must not lead into the machine or another protocol
    "file": None,
    "ftp": None,
    "s3": None,
}
TWISTED_DNS_RESOLVER = (
    "crawler.middlewares.guard.GuardedResolver"  # installed by the guard for every other start
)
HTTPPROXY_ENABLED = False  # a proxy from the environment would connect where the address guard cannot see
TELNETCONSOLE_ENABLED = False  # default on: a console for everybody on this machine
REMOTE_CONTROL_ENABLED = False  # default on: the same over HTTP

# --- the machine ----------------------------------------------------------------------------------------
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"  # the daemon's own asyncio loop
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # what was seen is known by the record, over restarts
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.ScrapyPriorityQueue"  # fairness between hosts is the frontier's
WARN_ON_GENERATOR_RETURN_VALUE = False  # reads our source on each start, for a mistake mypy finds

# Scrapy's own lists are empty here: what is switched off by name in a list of ours is imported first, aiohttp included
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.middlewares.guard.Guard": 10,
    "crawler.middlewares.robots.Robots": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "crawler.middlewares.conditional.Conditional": 450,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.middlewares.limits.Decompression": 590,  # bounded, and without charset detection on gzip bytes
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,  # every status and every site goes to the ledger
}
ITEM_PIPELINES = {
    "crawler.pipelines.ArchivePage": 100,
    "crawler.pipelines.ReadPage": 200,
    "crawler.pipelines.AppendToStore": 300,
}
EXTENSIONS = {  # the ledger counts; logs are ours; no console, no remote control
    "crawler.extensions.RunLedger": 100,
    "crawler.extensions.PushListener": 200,
}

# --- logs (`crawler.logs`) ------------------------------------------------------------------------------
LOG_LEVEL = "INFO"  # ours; `quiet_libraries` leaves of Scrapy's own chatter what is a warning
LOG_FORMAT = "%(asctime)s %(levelname)-7s %(message)s"
LOG_DATEFORMAT = "%Y-%m-%dT%H:%M:%S%z"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
