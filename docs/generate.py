"""Writes the generated pages of docs/reference: `python docs/generate.py`, or `--check` to compare only.

`commands.md` and the manual page `spacereel.1` come from `--help`; `columns.md` from `crawler/review/datasette.yaml`,
which Datasette shows as well, in the order of the tables of an empty record;
the drawing and the table of rooms in `architecture.md` come from the imports, see `rooms.py`.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import manual
import rooms
import supply
import yaml

from crawler.cli import main as door
from crawler.commands.why import MEANINGS
from db.connection import open_read_only
from db.model import Outcome
from db.store import Store

HERE = Path(__file__).parent
DESCRIPTIONS = HERE.parent / "crawler" / "review" / "datasette.yaml"
#: tables that SQLite keeps for itself
INTERNAL = ("sqlite_", "articles_fts_", "articles_words_", "articles_runs_")


def commands_page() -> str:
    """Every verb with its help as the terminal shows it."""
    lines = [
        "# Commands",
        "",
        "What `spacereel COMMAND --help` says; made by `make docs`. `python scheduler.py` is the same as `spacereel run`, and",
        "`python scheduler.py --once` the same as `spacereel once`.",
        "",
        "Exit codes: 0 when it worked, 1 with one sentence on standard error when something in your files, your record or the",
        "network stands in the way, 2 when the command itself was written wrongly, 130 after Ctrl-C.",
    ]
    with click.Context(door, info_name="spacereel", **door.context_settings) as above:
        for path, command in door.walk(above):
            with click.Context(command, above, info_name=" ".join(path), terminal_width=100) as ctx:
                lines += ["", f"## spacereel {' '.join(path)}", "", "```text", command.get_help(ctx), "```"]
    return "\n".join(lines) + "\n"


def verdicts_page() -> str:
    """Every verdict with what it means."""
    lines = [
        "# Verdicts",
        "",
        "How a visit to an address ended: `visits.verdict`, and what `spacereel why` says of it; made by `make docs`.",
        "",
        "| verdict | what it means |",
        "|---|---|",
        *(f"| `{each.value}` | {MEANINGS[each.value]} |" for each in Outcome),
    ]
    return "\n".join(lines) + "\n"


def described_tables() -> dict[str, Any]:
    """What the metadata of Datasette says of each table and view."""
    described: dict[str, Any] = yaml.safe_load(DESCRIPTIONS.read_text(encoding="utf-8"))
    tables: dict[str, Any] = described["databases"]["articles"]["tables"]
    return tables


def columns_page() -> str:
    """Every table and view of the record with its columns and what they mean."""
    described = described_tables()
    lines = [
        "# Tables and columns",
        "",
        "What stands in the record, `db/articles.db`; made by `make docs` from `crawler/review/datasette.yaml`, which Datasette shows",
        "as well. Instants are UTC, written `2026-11-23T14:56:56Z`; NULL means not known; `authors`, `tags`, `image_credits`,",
        "`removed`, `origins` and `evidence` are JSON.",
    ]
    for kind, table, columns in _tables():
        about = described.get(table, {})
        lines += ["", f"## `{table}` ({kind})", "", about.get("description", ""), ""]
        lines += ["| column | what it means |", "|---|---|"]
        meanings = about.get("columns", {})
        lines += [
            f"| `{column}` | {str(meanings.get(column, '')).replace('|', chr(92) + '|')} |"
            for column in columns
        ]
    return "\n".join(lines) + "\n"


def _tables() -> list[tuple[str, str, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "articles.db", now=datetime.now(UTC))
        store.close()
        return tables_of(Path(folder) / "articles.db")


def tables_of(path: Path) -> list[tuple[str, str, list[str]]]:
    """(table or view, name, columns) of a record, tables first, without what SQLite keeps for itself."""
    with closing(open_read_only(path)) as conn:
        rows = conn.execute(
            "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY type, rowid"
        )
        named = [(row["type"], row["name"]) for row in rows if not row["name"].startswith(INTERNAL)]
        return [(kind, name, _columns(conn, name)) for kind, name in named]


def _columns(conn: sqlite3.Connection, table: str) -> list[str]:
    """Its columns, generated ones included; 1 marks those of a virtual table that `*` leaves out."""
    return [row["name"] for row in conn.execute(f"PRAGMA table_xinfo([{table}])") if row["hidden"] != 1]


def architecture_page() -> str:
    """docs/architecture.md with today's rooms between its marks; the rest is written by hand."""
    text = (HERE / "architecture.md").read_text(encoding="utf-8")
    for mark, made in (("drawing", rooms.drawing()), ("promises", rooms.promises())):
        before, _, rest = text.partition(f"<!-- {mark}: made by `make docs` -->\n")
        after = rest.partition(f"<!-- end of {mark} -->")[2]
        text = f"{before}<!-- {mark}: made by `make docs` -->\n\n{made}\n\n<!-- end of {mark} -->{after}"
    return text


PAGES = {
    "reference/commands.md": commands_page,
    "reference/columns.md": columns_page,
    "reference/spacereel.1": manual.manual_page,
    "reference/verdicts.md": verdicts_page,
    "reference/licences.md": supply.licences_page,
    "architecture.md": architecture_page,
}


def main(is_check: bool) -> int:
    """Write the pages, or name those that differ; 1 when one does."""
    stale = []
    for name, write in PAGES.items():
        file, text = HERE / name, write()
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not is_check:
                file.write_text(text, encoding="utf-8")
    for name in stale:
        click.echo(f"docs/{name} {'is out of date: run `make docs`' if is_check else 'written'}")
    return int(is_check and bool(stale))


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
