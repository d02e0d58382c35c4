"""Writes a file piece by piece, and still as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from unionstate.errors import cannot_write


class WholeFile:
    """A file that takes its place only when it is finished; until then, and after a failure, the old one stays.

    Use it as a context manager: leaving the block by an error throws away what was written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._part = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._stream: BinaryIO | None = None

    @property
    def opened(self) -> bool:
        """Whether anything was asked to be written."""
        return self._stream is not None

    def open(self) -> BinaryIO:
        """The stream to write to; opened when it is first asked for.

        Raises:
            CourseError: if the file cannot be written.
        """
        if self._stream is None:
            with self.faults():
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._stream = self._part.open("w+b")
        return self._stream

    def write(self, content: bytes) -> None:
        """Add to the file.

        Raises:
            CourseError: if it cannot be written, for example because the disk is full.
        """
        stream = self.open()
        with self.faults():
            stream.write(content)

    def finish(self) -> bool:
        """Put the file in its place; if nothing was written, take an old one away.

        Returns:
            Whether there is a file now.

        Raises:
            CourseError: if that cannot be done.
        """
        with self.faults():
            if self._stream is None:
                self.path.unlink(missing_ok=True)
                return False
            self._stream.close()
            os.replace(self._part, self.path)
        return True

    def abandon(self) -> None:
        """Throw away what was written; a finished file stays."""
        if self._stream is not None:
            with suppress(OSError):  # what did not fit on the disk before does not fit now
                self._stream.close()
            self._part.unlink(missing_ok=True)

    def __enter__(self) -> WholeFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.abandon()

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turns what the operating system says of this file into a `CourseError`."""
        try:
            yield
        except OSError as problem:
            raise cannot_write(problem, self.path) from None
