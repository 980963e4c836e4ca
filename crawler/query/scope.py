"""What a query means where articles are published: not what was turned down, copies once, and one band."""

from __future__ import annotations

from datetime import datetime

from crawler.query.conditions import Condition, condition
from crawler.query.parse import fields_of, parse_query

#: left out unless the query says something of it itself
_UNLESS_NAMED = (
    (("mark",), "n.mark IS NOT 'irrelevant'"),
    (("is:copy", "copies"), "n.original_url IS NULL"),
    (("band",), "n.band = 'relevant'"),
)


def scoped_condition(
    *queries: str, now: datetime, of_one: bool = False, after: int | None = None
) -> Condition:
    """The condition of all *queries*, without articles marked irrelevant, copies, and bands other than relevant.

    A query that names `mark:`, `is:copy` or `copies:`, or `band:` decides that itself.

    Raises:
        QuerySyntaxError: with the position of the mistake in its query.

    >>> scoped_condition("mark:any band:any", now=datetime(2026, 11, 29)).sql
    '(1 AND 1) AND n.original_url IS NULL'
    """
    fields = [field for query in queries for field in fields_of(parse_query(query))]
    named = {name for field in fields for name in (field.name, f"{field.name}:{field.value.lower()}")}
    asked = [condition(query, now, of_one=of_one, after=after) for query in queries]
    rules = [rule for names, rule in _UNLESS_NAMED if not named.intersection(names)]
    return Condition(
        " AND ".join([*(each.sql for each in asked), *rules]),
        tuple(value for each in asked for value in each.values),
    )
