"""Drives an installed Firefox over WebDriver BiDi, the W3C protocol that Firefox itself speaks: no driver program.

https://www.w3.org/TR/webdriver-bidi/
"""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import websocket

NAMES = ("firefox", "firefox-esr")
# keys as the protocol names them
KEYS = {
    "Tab": "\ue004",
    "Enter": "\ue006",
    "Space": " ",
    "ArrowDown": "\ue015",
    "ArrowRight": "\ue014",
    "ArrowLeft": "\ue012",
}
_SECONDS = 60


def find_firefox() -> str | None:
    """The path of an installed Firefox."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Firefox:
    """A headless Firefox with one tab and a fresh profile.

    Args:
        path: the program.
        profile: an empty folder for the profile.
        javascript: False switches JavaScript of pages off.
    """

    def __init__(self, path: str, profile: Path, *, javascript: bool = True) -> None:
        profile.mkdir(parents=True, exist_ok=True)
        settings = {
            "javascript.enabled": javascript,
            "app.update.enabled": False,
            "browser.shell.checkDefaultBrowser": False,
        }
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in settings.items()]
        (profile / "user.js").write_text("\n".join(lines))
        self._log = (profile / "firefox.log").open("w+")
        self._process = subprocess.Popen(
            [path, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            stdout=self._log, stderr=self._log,
        )  # fmt: skip
        self._ids = itertools.count(1)
        self._socket = websocket.create_connection(f"{self._address()}/session", timeout=_SECONDS, suppress_origin=True)
        self.send("session.new", {"capabilities": {}})
        # the window that Firefox opens by itself never has the focus where there is no screen
        self._tab = self.send("browsingContext.create", {"type": "window"})["context"]
        self.send("browsingContext.activate", {"context": self._tab})

    def _address(self) -> str:
        """Where Firefox says that it listens."""
        until = time.monotonic() + _SECONDS
        while time.monotonic() < until:
            self._log.seek(0)
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", self._log.read()):
                return found[1]
            time.sleep(0.1)
        self.close()
        raise TimeoutError("Firefox does not start")

    def send(self, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Send a command and wait for its result; events in between are passed over."""
        number = next(self._ids)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise RuntimeError(f"{method}: {answer['message']}")
                return answer["result"]

    def goto(self, address: str) -> None:
        """Open a page and wait until it is loaded."""
        self.send("browsingContext.navigate", {"context": self._tab, "url": address, "wait": "complete"})

    def evaluate(self, expression: str) -> Any:
        """The value of an expression in the page, which must be text, a number or a truth value."""
        parameters = {"expression": expression, "target": {"context": self._tab}, "awaitPromise": True}
        answer = self.send("script.evaluate", {**parameters, "resultOwnership": "none"})
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return answer["result"].get("value")

    def press(self, *keys: str) -> None:
        """Press keys one after another."""
        strokes = [KEYS.get(key, key) for key in keys]
        actions = [{"type": kind, "value": stroke} for stroke in strokes for kind in ("keyDown", "keyUp")]
        self.send(
            "input.performActions",
            {"context": self._tab, "actions": [{"type": "key", "id": "keys", "actions": actions}]},
        )

    def click(self, selector: str) -> None:
        """Click into the middle of the element."""
        quoted = json.dumps(selector)
        self.evaluate(f"document.querySelector({quoted}).scrollIntoView({{block: 'center'}})")
        x, y = json.loads(
            self.evaluate(
                f"(() => {{ const box = document.querySelector({quoted}).getBoundingClientRect();"
                " return JSON.stringify([box.x + box.width / 2, box.y + box.height / 2]); })()"
            )
        )
        steps = [
            {"type": "pointerMove", "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.send(
            "input.performActions",
            {"context": self._tab, "actions": [{"type": "pointer", "id": "mouse", "actions": steps}]},
        )

    def screenshot(self) -> str:
        """The visible part as PNG, in base64."""
        return self.send("browsingContext.captureScreenshot", {"context": self._tab})["data"]

    def close(self) -> None:
        """End this Firefox and nothing else."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, _kind: type | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()
