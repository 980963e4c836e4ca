"""Pages that their scripts draw, drawn by Chromium without a network: whatever it asks for is asked by us, or not at all.

The browser is started with every name unknown and a proxy that does not exist.
Each of its requests is caught (Playwright's `route`) and answered with what
`FetchPage` brings: through the guard, robots.txt, the host's pace and the limits of
every other request. Images, media, fonts, style sheets, frames, sockets and
forms are not asked for.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.errors import FetchError, StoreError
from crawler.units import many
from db.model import Page

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, Request, Route
    from playwright.async_api import Page as Tab

FetchPage = Callable[[str], Awaitable[Page]]

#: requests of one page, bytes of their answers together, and seconds for all of it
MOST_REQUESTS, _MOST_BYTES, WITHIN_S = 60, 30_000_000, 90.0
_ASKED = frozenset(("script", "xhr", "fetch"))
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_AS_ROOT = "SPACEREEL_RENDER_AS_ROOT"
_ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=127.0.0.1:9",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--js-flags=--max-old-space-size=256",
)

_TEXT = """((type, root) => (type ? new XMLSerializer().serializeToString(type) : "") + (root ? root.outerHTML : ""))(
    document.doctype, document.documentElement).slice(0, {most})"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A page as its scripts have left it."""

    page: Page
    #: what to say of it in the page's row
    note: str


def missing() -> str | None:
    """What is missing for drawing pages, as one sentence; None when nothing is."""
    if find_spec("playwright") is None:
        return "pages cannot be drawn: Playwright is missing; pip install 'spacereel[render]'"
    if _chromium() is None:
        return "pages cannot be drawn: Chromium is missing; install it with the system's package manager"
    if _is_root() and os.environ.get(_AS_ROOT) != "1":
        return f"pages cannot be drawn as root: Chromium has no sandbox then; use another user, or set {_AS_ROOT}=1"
    return None


def _chromium() -> str | None:
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


class Renderer:
    """One Chromium for a crawl, started when the first page is to be drawn; one page at a time.

    Args:
        most_bytes: of a page as it is drawn.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._within_s = WITHIN_S
        self._turn = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    async def draw(self, page: Page, fetch: FetchPage) -> Drawn:
        """The page after its scripts.

        Args:
            page: as it was fetched.
            fetch: asks for one more address through the same doors.

        Raises:
            FetchError: it cannot be drawn; the sentence says why.
        """
        if lack := missing():
            raise FetchError(lack, page.url)
        async with self._turn:
            try:
                async with asyncio.timeout(self._within_s):
                    return await self._drawn(page, fetch)
            except TimeoutError:
                await self.close()  # a script that never ends holds its process
                raise FetchError(f"its scripts did not end within {self._within_s:g} s", page.url) from None
            except (FetchError, StoreError):
                raise
            except Exception as problem:  # Playwright's errors, of a browser that died among them
                await self.close()
                said = str(problem).partition("\n")[0][:200]
                raise FetchError(f"Chromium could not draw it: {said}", page.url) from problem

    async def close(self) -> None:
        """End the browser."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        with suppress(Exception):  # it may be gone already
            async with asyncio.timeout(5):
                if browser is not None:
                    await browser.close()
        with suppress(Exception):
            async with asyncio.timeout(5):
                if playwright is not None:
                    await playwright.stop()

    async def _drawn(self, page: Page, fetch: FetchPage) -> Drawn:
        context = await (await self._opened()).new_context(
            service_workers="block", accept_downloads=False, java_script_enabled=True
        )
        try:
            return await self._in_context(context, page, fetch)
        finally:
            with suppress(Exception):
                await context.close()

    async def _in_context(self, context: BrowserContext, page: Page, fetch: FetchPage) -> Drawn:
        from playwright.async_api import Error

        network = _PageNetwork(page, fetch)
        await context.route("**/*", network.answer)
        tab = await context.new_page()
        with suppress(Error):  # slow pages are taken as far as they are
            await tab.goto(page.final_url, wait_until="load", timeout=self._within_s * 600)
        with suppress(Error):
            await tab.wait_for_load_state("networkidle", timeout=self._within_s * 300)
        if network.fault is not None:
            raise network.fault
        body = (await _text_of(context, tab, self._most_bytes + 1)).encode("utf-8", "replace")
        if len(body) > self._most_bytes:
            raise FetchError(f"drawn, it has more than {self._most_bytes:,} characters", page.url)
        headers = tuple(each for each in page.headers if each[0] != "content-type")
        drawn = replace(page, headers=(*headers, ("content-type", "text/html; charset=utf-8")), body=body)
        return Drawn(page=drawn, note=network.note())

    async def _opened(self) -> Browser:
        from playwright.async_api import async_playwright

        if self._browser is None or not self._browser.is_connected():
            await self.close()
            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(
                executable_path=_chromium(),
                args=list(_ARGUMENTS),
                chromium_sandbox=not _is_root(),
                env={"PATH": os.environ.get("PATH", ""), "HOME": os.environ.get("HOME", "/")},
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        return self._browser


async def _text_of(context: BrowserContext, tab: Tab, most: int) -> str:
    """The page as it is, its first characters: asked for at once, and in a world that its scripts cannot reach.

    In their own world they say how long it is, and while two questions are
    asked it grows: half a gigabyte came out of a page that called itself small.
    """
    session = await context.new_cdp_session(tab)
    tree = await session.send("Page.getFrameTree")
    frame = tree["frameTree"]["frame"]["id"]
    world = await session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "spacereel"})
    expression = _TEXT.format(most=most)
    answer = await session.send(
        "Runtime.evaluate",
        {"expression": expression, "contextId": world["executionContextId"], "returnByValue": True},
    )
    return str(answer["result"].get("value", ""))


class _PageNetwork:
    """Answers the requests of one page."""

    def __init__(self, page: Page, fetch: FetchPage) -> None:
        self._page = page
        self._fetch = fetch
        self._is_shown = False
        self.asked = self.refused = 0
        self._bytes = 0
        self.fault: StoreError | None = None

    async def answer(self, route: Route, request: Request) -> None:
        """Fulfil or abort one request; never lets it out."""
        if not self._is_shown and request.is_navigation_request():
            self._is_shown = True
            await route.fulfill(status=200, headers=_typed(self._page), body=self._page.body)
            return
        if request.method != "GET" or request.resource_type not in _ASKED:
            # an aborted navigation leaves the page where it is; any other error would show another one
            await route.abort("aborted" if request.is_navigation_request() else "blockedbyclient")
            return
        if self.asked >= MOST_REQUESTS or self._bytes >= _MOST_BYTES or self.fault is not None:
            self.refused += 1
            await route.abort("blockedbyclient")
            return
        self.asked += 1
        try:
            page = await self._fetch(request.url)
        except FetchError:
            self.refused += 1
            await route.abort("failed")
            return
        except StoreError as fault:
            self.fault = fault
            await route.abort("failed")
            return
        self._bytes += len(page.body)
        allowed = {
            "access-control-allow-origin": _origin(self._page.final_url),
            "access-control-allow-credentials": "true",
        }
        await route.fulfill(status=page.status, headers=_typed(page) | allowed, body=page.body)

    def note(self) -> str:
        """What to say of it."""
        refused = f", {self.refused} refused or failed" if self.refused else ""
        return f"Drawn by its scripts: {many(self.asked, 'request')}{refused}."


def _typed(page: Page) -> dict[str, str]:
    return {"content-type": page.header("content-type") or "text/html"}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
