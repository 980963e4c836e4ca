"""A PostgreSQL of these tests' own, and a database in it for each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "newsroom"))
from postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for all tests that do not end it."""
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def dsn(postgres: Postgres) -> str:
    """A database with the tables of a cluster."""
    from crawler.cluster.database import make_tables

    made = postgres.database()
    make_tables(made)
    return made
