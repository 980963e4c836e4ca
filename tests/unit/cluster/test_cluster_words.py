"""Where PostgreSQL is holds a password, and no sentence, log or traceback does."""

from __future__ import annotations

import asyncio

import pytest

from crawler.cluster.database import Database, in_one_go
from crawler.config.cluster import ClusterConfig
from crawler.errors import ClusterError


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://crawl:s3 cret@127.0.0.1:1/x",
        "postgresql://crawl:s3cret@[bad/x",
        "postgresql://crawl:s3cret@127.0.0.1:1/x?bogus=s3cret",
        "host=127.0.0.1 port=1 password='s3 cret",
        "host=127.0.0.1 port=1 password=s3 cret",
        "postgresql://crawl:s3cret@127.0.0.1:1/x",
    ],
)
def test_no_sentence_about_a_data_source_has_its_password(dsn):
    pytest.importorskip("psycopg")

    async def ask():
        await Database(dsn).attempt(lambda conn: conn.execute("SELECT 1"))

    for use in (lambda: in_one_go(dsn, lambda cursor: None), lambda: asyncio.run(ask())):
        with pytest.raises(ClusterError) as caught:
            use()
        assert "cret" not in str(caught.value)
    assert "cret" not in repr(ClusterConfig(dsn=dsn))
