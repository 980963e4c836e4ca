"""Chromium driven as a person drives it: pages, keys, clicks, pictures. It is spoken to over its pipe (DevTools protocol)."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: longest that a browser may be silent while it is waited for
PATIENCE_S = 60.0
CHROMIUM = shutil.which("chromium")
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


class Chromium:
    """One browser with one page and a profile of its own.

    Args:
        options: of the command line, beside the usual ones.
    """

    def __init__(self, profile: Path, *options: str) -> None:
        assert CHROMIUM
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()

        def take_places() -> None:
            # the pipe has the numbers 3 and 4, whatever they are here
            high_in, high_out = os.dup(theirs_in), os.dup(theirs_out)
            for low, high in ((3, high_in), (4, high_out)):
                os.dup2(high, low)
                os.set_inheritable(low, True)

        self._process = subprocess.Popen(
            [CHROMIUM, *_QUIET, *options, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            close_fds=False,
            preexec_fn=take_places,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._number, self._rest = 0, b""
        self._session: str | None = None
        #: what pages wrote to their console, as far as it has been heard
        self.console: list[str] = []
        self._events: list[dict[str, Any]] = []
        self._person: str | None = None
        self._attach(
            next(each for each in self.say("Target.getTargets")["targetInfos"] if each["type"] == "page")
        )

    def _attach(self, target: dict[str, Any]) -> None:
        to = target["targetId"]
        self._session = self.say("Target.attachToTarget", targetId=to, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            self.say(f"{domain}.enable")

    def begin_anew(self) -> None:
        """Another person sits down: a page without cookies, storage, workers and settings of those before."""
        self._session = None
        if self._person is not None:
            self.say("Target.disposeBrowserContext", browserContextId=self._person)
        self._person = self.say("Target.createBrowserContext")["browserContextId"]
        self._attach(self.say("Target.createTarget", url="about:blank", browserContextId=self._person))
        self._events.clear()
        self.console.clear()

    def say(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command; its result."""
        self._number += 1
        told = {"id": self._number, "method": method, "params": params}
        if self._session:
            told["sessionId"] = self._session
        os.write(self._out, json.dumps(told).encode() + b"\0")
        answer = self._until(lambda each: each.get("id") == self._number)
        assert "error" not in answer, (method, answer["error"])
        result: dict[str, Any] = answer["result"]
        return result

    def _until(self, is_it: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while True:
            while b"\0" not in self._rest:
                assert select.select([self._in], [], [], PATIENCE_S)[0], "the browser says nothing any more"
                piece = os.read(self._in, 1 << 20)
                assert piece, "the browser has ended"
                self._rest += piece
            line, _, self._rest = self._rest.partition(b"\0")
            heard = json.loads(line)
            if heard.get("method") == "Log.entryAdded":
                self.console.append(heard["params"]["entry"]["text"])
            elif heard.get("method") == "Runtime.exceptionThrown":
                self.console.append(heard["params"]["exceptionDetails"]["text"])
            if is_it(heard):
                return heard
            self._events.append(heard)

    def _leave(self) -> None:
        """The page that is there will be gone."""
        self._events.clear()
        self.does("window.isLeft = true")

    def _arrive(self) -> None:
        """Wait until another page than the one that was left has loaded; the events of the old one may come late."""
        while True:
            loads = [each for each in self._events if each.get("method") == "Page.loadEventFired"]
            self._events.clear()
            if not loads:
                self._until(lambda each: each.get("method") == "Page.loadEventFired")
            if not self.does("window.isLeft"):
                return

    def open(self, url: str) -> None:
        """Open *url* and wait until it has loaded."""
        self._leave()
        told = self.say("Page.navigate", url=url)
        assert "errorText" not in told, told
        self._arrive()

    def does(self, script: str) -> Any:
        """What *script* comes to on the page; a promise is waited for."""
        told = self.say("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def press(self, key: str, code: str, *, leads_on: bool = False, modifiers: int = 0) -> None:
        """Press a key: *key* is what it writes, *code* where it stands on the keyboard."""
        if leads_on:
            self._leave()
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        number = {"windowsVirtualKeyCode": 13} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            more = {**(text if kind == "keyDown" else {}), **number}
            self.say("Input.dispatchKeyEvent", type=kind, key=key, code=code, modifiers=modifiers, **more)
        if leads_on:
            self._arrive()

    def write(self, text: str) -> None:
        """Type *text* where the cursor is."""
        self.say("Input.insertText", text=text)

    def click(self, selector: str, *, leads_on: bool = True) -> None:
        """Click the element that *selector* finds."""
        if leads_on:
            self._leave()
        assert self.does(f"!!document.querySelector({json.dumps(selector)})"), selector
        self.does(f"document.querySelector({json.dumps(selector)}).click()")
        if leads_on:
            self._arrive()

    def tap(self, selector: str, *, leads_on: bool = True) -> None:
        """Click where the element is, as a mouse does: that needs no script on the page."""
        place = f"document.querySelector({json.dumps(selector)})"
        assert self.does(f"!!{place}"), selector
        self.does(f"{place}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        at = self.does(
            f"(r => ({{x: r.x + r.width / 2, y: r.y + r.height / 2}}))({place}.getBoundingClientRect())"
        )
        if leads_on:
            self._leave()
        for kind in ("mousePressed", "mouseReleased"):
            self.say("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **at)
        if leads_on:
            self._arrive()

    @property
    def address(self) -> str:
        """Where the page is."""
        return str(self.does("location.href"))

    def picture(self, file: Path, width: int = 1280, height: int = 900, *, is_dark: bool = False) -> None:
        """Paint the whole page."""
        self.look(width, height, is_dark=is_dark)
        drawn = self.say("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(drawn["data"]))

    def look(self, width: int, height: int = 900, *, is_dark: bool = False) -> None:
        """The size of the window, and whether the person likes it dark."""
        self.say(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"}
        self.say("Emulation.setEmulatedMedia", features=[scheme])

    def end(self) -> None:
        """Close it."""
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
