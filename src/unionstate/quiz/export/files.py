"""Writes a file as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from unionstate.errors import cannot_write


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and move it there: a reader never sees half a file, a failure leaves the old one.

    Raises:
        CourseError: if the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as problem:
        raise cannot_write(problem, path) from None
