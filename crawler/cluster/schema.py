"""The tables in PostgreSQL. Nothing in them is the record: all of it can be made anew from there."""

from __future__ import annotations

from typing import Any

from crawler.errors import ClusterError

#: statements by version; a version is never changed once it was used
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # who takes part
        """CREATE TABLE nodes (
            name text PRIMARY KEY,
            program text NOT NULL,
            rules text NOT NULL,
            started_at timestamptz NOT NULL DEFAULT now(),
            seen_at timestamptz NOT NULL DEFAULT now(),
            is_draining boolean NOT NULL DEFAULT false,
            note text NOT NULL DEFAULT '')""",
        # the one writer, and whose record it writes
        """CREATE TABLE writer (
            place boolean PRIMARY KEY DEFAULT true CHECK (place),
            record text NOT NULL,
            name text NOT NULL,
            rules text NOT NULL,
            fence bigint NOT NULL,
            until timestamptz NOT NULL)""",
        # a host with its pace; next_at is when somebody may take it, also while it is leased
        """CREATE TABLE hosts (
            host text PRIMARY KEY,
            next_at timestamptz,
            not_before timestamptz NOT NULL DEFAULT now(),
            gap_s double precision NOT NULL DEFAULT 0,
            state bytea,
            node text,
            until timestamptz,
            fence bigint NOT NULL DEFAULT 0)""",
        "CREATE INDEX hosts_next ON hosts (next_at) WHERE next_at IS NOT NULL",
        "CREATE INDEX hosts_node ON hosts (node) WHERE node IS NOT NULL",
        # what is to be asked for
        """CREATE TABLE errands (
            kind text NOT NULL,
            key text NOT NULL,
            host text NOT NULL,
            rank real NOT NULL,
            number bigint GENERATED ALWAYS AS IDENTITY,
            form integer NOT NULL,
            fields bytea NOT NULL,
            PRIMARY KEY (kind, key))""",
        "CREATE INDEX errands_host ON errands (host, rank, number)",
        # what came of it
        """CREATE TABLE outbox (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT clock_timestamp(),
            node text NOT NULL,
            kind text NOT NULL,
            key text NOT NULL,
            form integer NOT NULL,
            rules text NOT NULL,
            fields bytea NOT NULL,
            body bytea,
            file text)""",
        "CREATE INDEX outbox_key ON outbox (kind, key)",
        "CREATE INDEX outbox_file ON outbox (file) WHERE file IS NOT NULL",
        # copies that the writer keeps current
        "CREATE TABLE sites (site text PRIMARY KEY, lines bytea NOT NULL, readings integer NOT NULL)",
        """CREATE TABLE robots (
            url text PRIMARY KEY,
            at timestamptz NOT NULL DEFAULT now(),
            form integer NOT NULL,
            fields bytea NOT NULL,
            body bytea NOT NULL)""",
    ),
)
#: the version that this program works with
SCHEMA_FORM = len(MIGRATIONS)


def bring_up(cursor: Any) -> tuple[int, int]:
    """Make the tables, or bring them up to date, in the cursor's transaction; returns the version of before and of now.

    Raises:
        ClusterError: a newer Spacereel made them.
    """
    cursor.execute("SELECT pg_advisory_xact_lock(hashtext('spacereel'))")
    cursor.execute("CREATE SCHEMA IF NOT EXISTS spacereel")
    cursor.execute("SET LOCAL search_path TO spacereel")
    cursor.execute("CREATE TABLE IF NOT EXISTS form (form integer NOT NULL)")
    before = _form(cursor)
    if before > SCHEMA_FORM:
        raise ClusterError(too_new(before))
    for statements in MIGRATIONS[before:]:
        for statement in statements:
            cursor.execute(statement)
    cursor.execute("DELETE FROM form")
    cursor.execute("INSERT INTO form VALUES (%s)", (SCHEMA_FORM,))
    return before, SCHEMA_FORM


def _form(cursor: Any) -> int:
    cursor.execute("SELECT coalesce(max(form), 0) FROM form")
    return int(cursor.fetchone()[0])


def too_new(form: int) -> str:
    """What to say of tables that a newer program made."""
    return f"the tables of the cluster are of version {form}, and this Spacereel knows {SCHEMA_FORM}; bring it up to date"


def too_old(form: int) -> str:
    """What to say of tables that an older program made."""
    return f"the tables of the cluster are of version {form}, and this Spacereel needs {SCHEMA_FORM}; call `spacereel cluster init`"
