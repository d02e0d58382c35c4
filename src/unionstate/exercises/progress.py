"""Shows on the error stream how far a long piece of work is."""

from __future__ import annotations

import sys
import time
from typing import TextIO

_EVERY = {True: 0.2, False: 15.0}  # seconds between two signs of life, on a screen and in a log
_BAR = 20  # signs


class Progress:
    """A bar on a screen, a line now and then in a log. Use it as a context manager.

    Args:
        what: is counted, for example ``submissions``.
        total: how many there are; None if nobody knows yet.
        stream: where to show it.
    """

    def __init__(self, what: str, total: int | None = None, stream: TextIO | None = None) -> None:
        self._what, self._total = what, total
        self._stream = stream or sys.stderr
        self._on_screen = self._stream.isatty()
        self._start = self._shown = time.monotonic()
        self._width = 0
        self.done = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._on_screen and self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()

    def step(self) -> None:
        """One more is done."""
        self.done += 1
        now = time.monotonic()
        if now - self._shown < _EVERY[self._on_screen]:
            return
        self._shown = now
        text = self._text(now - self._start)
        if self._on_screen:
            self._stream.write("\r" + text.ljust(self._width))
            self._width = len(text)
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def _text(self, seconds: float) -> str:
        rate = self.done / seconds if seconds > 0 else 0.0
        if not self._total:
            return f"{self.done:,} {self._what}, {rate:.1f} a second"
        full = min(_BAR, _BAR * self.done // self._total)
        left = max(0.0, (self._total - self.done) / rate) if rate else 0.0
        shown = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
        return (
            f"[{'#' * full}{'.' * (_BAR - full)}] {self.done:,} of {self._total:,} {self._what}, "
            f"{rate:.1f} a second, {shown} left"
        )
