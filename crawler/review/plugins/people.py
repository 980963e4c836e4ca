"""Datasette plugin: signing in and out, and what a person sees of their own sessions and tokens."""

from __future__ import annotations

import asyncio
import hmac
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datasette.utils.asgi import Base400, Forbidden, NotFound, Response
from pluggy import HookimplMarker

from crawler.review import access
from crawler.review.frame import id_in, page
from crawler.review.record_access import access_in, file_of
from crawler.review.spoken import count_phrase, phrase
from crawler.review.throttle import Throttle
from db import people, sessions
from db.errors import StoreError
from db.passwords import fits

hookimpl = HookimplMarker("datasette")

#: passwords that are looked at together: each takes 32 MB
_AT_ONCE = 2


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """Where one comes in and goes out; the last two are Datasette's addresses."""
    return (
        (r"/-/login$", login),
        (r"/-/me$", me),
        (r"/-/auth-token$", entrance),
        (r"/-/logout$", logout),
    )


@hookimpl
def startup(datasette: Any) -> None:
    """What one review remembers of wrong passwords."""
    datasette.spacereel_throttle = Throttle()
    datasette.spacereel_hashing = asyncio.Semaphore(_AT_ONCE)


async def login(datasette: Any, request: Any) -> Any:
    """The page for signing in, and what its form does."""
    here = access_in(datasette)
    if here.mode == "public":
        raise NotFound(phrase("This review is public: everybody reads, and nobody signs in."))
    form = await request.post_vars() if request.method == "POST" else {}
    on = access.page_after_login(form.get("next") or request.args.get("next"))
    if request.method != "POST":
        return await _form(datasette, request, on)
    name, password = form.get("name", "").strip().lower(), form.get("password", "")
    address = str((request.scope.get("client") or ("",))[0])
    wait_s = datasette.spacereel_throttle.wait_s(name, address, datetime.now(UTC))
    if wait_s:
        response = await _form(
            datasette,
            request,
            on,
            name,
            phrase("Too many wrong passwords; try again in %(seconds)s s.", seconds=math.ceil(wait_s)),
        )
        response.status, response.headers["Retry-After"] = 429, str(math.ceil(wait_s))
        return response
    datasette.spacereel_throttle.wrong(name, address, datetime.now(UTC))
    async with datasette.spacereel_hashing:
        is_right = await asyncio.to_thread(_is_right, file_of(datasette), name, password)
    if not is_right:
        response = await _form(datasette, request, on, name, phrase("Name or password is wrong."))
        response.status = 403
        return response
    datasette.spacereel_throttle.right(name, address)
    return await _signed_in(datasette, request, name, on)


def _is_right(record: Path, name: str, password: str) -> bool:
    with people.people_to_read(record) as conn:
        stored = people.password_of(conn, name) if conn else None
    return fits(password, stored)  # whoever is asked for, and after the file was let go


async def _form(datasette: Any, request: Any, on: str, name: str = "", problem: str | None = None) -> Any:
    html = await datasette.render_template(
        "login.html",
        {"on": on, "name": name, "problem": problem, "mode": access_in(datasette).mode},
        request=request,
    )
    return Response.html(html, headers={"Cache-Control": "no-store"})


async def _signed_in(datasette: Any, request: Any, name: str, on: str) -> Any:
    """A session with a key that nobody knew before, whatever key the browser brought."""
    here = access_in(datasette)

    def begin() -> str:
        with people.people_of(file_of(datasette)) as conn:
            if old := _key_in(request):
                sessions.end_session(conn, old)
            return sessions.begin(conn, name, datetime.now(UTC), request.headers.get("user-agent"))

    key = await asyncio.to_thread(begin)
    response = Response.redirect(datasette.urls.path(on), status=303)
    response.set_cookie(
        here.cookie,
        key,
        max_age=int(sessions.LONGEST.total_seconds()),
        path=here.base,
        secure=here.is_tls,
        httponly=True,
    )
    return response


def _key_in(request: Any) -> str | None:
    """The key that the guard has taken out of the cookies."""
    key: str | None = request.scope.get("spacereel_key")
    return key


async def entrance(datasette: Any, request: Any) -> Any:
    """The address that `spacereel review` printed: it signs in as often as it is opened, while the review runs."""
    token = request.args.get("token") or ""
    if not hmac.compare_digest(token.encode("utf-8", "replace"), str(datasette._root_token).encode()):
        raise Forbidden(phrase("This is not the address that spacereel review printed when it was started."))
    return await _signed_in(datasette, request, people.OWNER, "/")


async def logout(datasette: Any, request: Any) -> Any:
    """End the session; a link asks first."""
    here = access_in(datasette)
    if request.method != "POST":
        return Response.redirect(datasette.urls.path("/-/me"), status=303)
    if key := _key_in(request):
        await asyncio.to_thread(_change, file_of(datasette), lambda conn: sessions.end_session(conn, key))
    response = Response.redirect(
        datasette.urls.path("/-/login" if here.mode == "closed" else "/"), status=303
    )
    response.set_cookie(here.cookie, "", max_age=0, path=here.base, secure=here.is_tls, httponly=True)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # pages that were kept for where no network is
    return response


def _change(record: Path, work: Callable[[Any], Any]) -> Any:
    with people.people_of(record) as conn:
        return work(conn)


async def me(datasette: Any, request: Any) -> Any:
    """A person's own sessions, tokens and password."""
    if not request.actor or request.actor.get("scope"):
        raise Forbidden(phrase("Sign in first."))
    name = request.actor["id"]
    message: Mapping[str, str] = {}
    if request.method == "POST":
        try:
            message = await _changed(datasette, request, name, await request.post_vars())
        except StoreError as problem:
            message = {"problem": phrase("Nothing was changed: %(problem)s.", problem=problem)}

    def seen(conn: Any) -> tuple[Any, Any]:
        return sessions.sessions_of(conn, name), sessions.tokens_of(conn, name)

    found, tokens = await asyncio.to_thread(_change, file_of(datasette), seen)
    return await page(
        datasette, request, "me.html", sessions=found, tokens=tokens, owner=people.OWNER, **message
    )


async def _changed(datasette: Any, request: Any, name: str, form: Mapping[str, str]) -> Mapping[str, str]:
    """What a form of the page asked for, and what came of it."""
    record, what = file_of(datasette), form.get("do")
    key = _key_in(request) or ""
    if what == "end":
        count = await asyncio.to_thread(_change, record, lambda conn: sessions.end_others(conn, name, key))
        return {"done": count_phrase("%(num)s other session ended.", "%(num)s other sessions ended.", count)}
    if what == "token":
        scope: Any = form.get("scope")
        label, now = form.get("label", ""), datetime.now(UTC)
        made = await asyncio.to_thread(
            _change, record, lambda conn: sessions.make_token(conn, name, scope, label, now)
        )
        return {"token": made, "token_scope": str(scope)}
    if what == "drop" and (token_id := id_in(form.get("token"))) is not None:
        await asyncio.to_thread(_change, record, lambda conn: sessions.drop_token(conn, name, token_id))
        return {"done": phrase("The token is gone.")}
    if what == "password":
        return await _new_password(datasette, name, key, form)
    raise Base400(phrase("This form asks for nothing that is known here."))


async def _new_password(datasette: Any, name: str, key: str, form: Mapping[str, str]) -> Mapping[str, str]:
    record = file_of(datasette)
    wait_s = datasette.spacereel_throttle.wait_s(name, name, datetime.now(UTC))
    if wait_s:
        raise StoreError(
            phrase("too many wrong passwords; try again in %(seconds)s s", seconds=math.ceil(wait_s))
        )
    datasette.spacereel_throttle.wrong(name, name, datetime.now(UTC))
    async with datasette.spacereel_hashing:
        if not await asyncio.to_thread(_is_right, record, name, form.get("old", "")):
            raise StoreError(phrase("the present password is another one"))
        datasette.spacereel_throttle.right(name, name)

        await asyncio.to_thread(
            _change,
            record,
            lambda conn: people.set_password(
                conn, name, form.get("new", ""), but_session=sessions.digest(key)
            ),
        )
    return {"done": phrase("The password is changed; every other session has ended.")}
