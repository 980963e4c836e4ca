"""Datasette plugin: errors that are nobody's fault of ours, told in a sentence: a record changed by hand, a parameter that is none."""

from __future__ import annotations

import logging
import sqlite3
import traceback
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

from datasette.handle_exception import handle_exception as datasette_answer
from datasette.utils import await_me_maybe
from datasette.utils.asgi import BadRequest, Response
from datasette.views.base import DatasetteError
from jinja2 import UndefinedError
from pluggy import HookimplMarker

import crawler
import db
from crawler.review.record_access import record_of
from crawler.review.spoken import phrase
from db.errors import MISUSED, SpacereelError
from db.shape import misfit

hookimpl = HookimplMarker("datasette")

_log = logging.getLogger(__name__)
_OURS = tuple(str(Path(str(room.__file__)).parent) + "/" for room in (crawler, db))
#: what Datasette's own tables end in where a parameter is not what they take it for
_MISREAD = (*MISUSED, sqlite3.ProgrammingError, sqlite3.InterfaceError)


@hookimpl(wrapper=True)
def handle_exception(
    datasette: Any, request: Any, exception: Exception
) -> Generator[None, list[Any], list[Callable[[], Awaitable[Any]]]]:
    """In place of what Datasette would tell, which prints a traceback of whatever it does not know."""
    theirs = yield

    async def answer() -> Any:
        if is_misread(request, exception):
            # without the query, which may hold what no log should
            where, kind = request.path[:100], type(exception).__name__
            _log.warning("%s: a parameter that cannot be read (%s)", where, kind)
            misread = BadRequest(phrase("This address has a parameter that cannot be read."))
            return await await_me_maybe(datasette_answer(datasette, request, misread))
        if isinstance(exception, (*MISUSED, UndefinedError)) and not isinstance(exception, SpacereelError):
            found = await record_of(datasette).execute_fn(misfit)
            if found:
                sentence = f"The record cannot be used: {found}; `spacereel doctor` looks at all of it."
                return Response.text(sentence, status=503)
        answers = [await await_me_maybe(each) for each in theirs]
        return next(each for each in answers if each is not None)

    return [answer]


def is_misread(request: Any, exception: Exception) -> bool:
    """Whether a page of Datasette's own failed over a parameter of its address.

    It takes them apart as they come, and what fails there it takes for a
    fault of its own. Where code or a template of ours had a part in it, it is
    a fault. The record is not looked through for each: that is a second of
    everybody's for a large one, and whoever asks need not be signed in.
    """
    if not request.query_string or "database" not in request.url_vars:
        return False
    if isinstance(exception, DatasetteError):
        return bool(exception.status == 500)
    frames = traceback.extract_tb(exception.__traceback__)
    return isinstance(exception, _MISREAD) and not any(each.filename.startswith(_OURS) for each in frames)
