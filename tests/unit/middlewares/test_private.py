"""Private names of Scrapy and Twisted that we rely on: the first thing to fail when a version moves one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.spiders import Spider
from twisted.internet.protocol import Factory, Protocol
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.client import HTTPConnectionPool

from crawler.middlewares.certificates import ReportingPolicy
from crawler.middlewares.private import ClientProtocol, loop_of
from crawler.runner import run, settings

ROOT = Path(__file__).parents[3]
OURS = ROOT / "crawler" / "middlewares" / "private.py"
#: names of theirs that private.py uses on objects of theirs
NAMES = {"_asyncioEventloop", "_parser", "_giveUp", "_disconnectParser", "_quiescentCallback", "_pool", "_factory", "_contextFactory", "_createConnection"}  # fmt: skip


@pytest.fixture
def handler():
    """Scrapy's own HTTP/1.1 handler, in the loop that Twisted runs on."""

    async def make() -> HTTP11DownloadHandler:
        crawler = Crawler(Spider, settings())
        crawler._apply_settings()
        return HTTP11DownloadHandler(crawler)

    return run(make())


def test_the_reactor_tells_its_loop(handler):
    from twisted.internet import reactor

    assert loop_of(reactor).is_running() is False


def test_a_connection_tells_how_far_its_answer_is():
    protocol = ClientProtocol()

    assert not protocol.is_in_head
    assert not protocol.has_answer
    assert callable(protocol._giveUp)
    assert callable(super(ClientProtocol, protocol)._disconnectParser)


def test_the_handler_has_a_pool_that_makes_its_connections(handler):
    assert isinstance(handler._pool, HTTPConnectionPool)
    factory = handler._pool._factory(lambda *_: None, "")
    assert factory._quiescentCallback is not None
    assert handler._pool.cachedConnectionTimeout > 0


def test_the_handler_has_a_policy_whose_connections_can_be_watched(handler):
    creator = handler._contextFactory.creatorForNetloc(b"news.example", 443)

    assert callable(creator._createConnection)


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=path.stem) for path in (ROOT / "crawler").rglob("*.py") if path != OURS]
)
def test_no_other_file_uses_their_private_names(path):
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("scrapy", "twisted")):
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name for name in whole if "._" in name]
        elif isinstance(node, ast.Attribute) and node.attr in NAMES - {"_pool"}:
            found.append(node.attr)

    assert not found


def test_the_authorities_of_the_machine_are_read_for_all_hosts_together(handler):
    policy = ReportingPolicy(handler._contextFactory)
    creators = [policy.creatorForNetloc(host, 443) for host in (b"one.example", b"two.example")]
    factory = TLSMemoryBIOFactory(creators[0], True, Factory.forProtocol(Protocol))

    protocol = factory.buildProtocol(None)
    contexts = {id(creator._createConnection(protocol).get_context()) for creator in creators}

    assert len(contexts) == 1
