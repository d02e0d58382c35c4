"""Messages between the runner, the fork server and a child: JSON with its length in front, read without trust."""

from __future__ import annotations

import json
import os
import struct
from typing import Any

_LENGTH = struct.Struct(">I")
JOB_BYTES = 32 << 20  # of a job; a student's notebook has some thousands
NESTING = 200  # brackets in brackets of a child's message; plain values need less


class Broken(Exception):
    """The other end went away, or wrote what is no message."""


def pack(message: Any) -> bytes:
    """A message as bytes."""
    try:
        body = json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError:  # half a character: only an escape can write it
        body = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii")
    return _LENGTH.pack(len(body)) + body


def pack_bytes(body: bytes) -> bytes:
    """Bytes as they are, with their length in front."""
    return _LENGTH.pack(len(body)) + body


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of it; raises ``Broken`` if nobody reads."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except OSError as problem:
            raise Broken(str(problem)) from None


def send_file(descriptor: int, file: int) -> None:
    """Write what is in a file as one message, without taking it into memory; raises ``Broken`` if nobody reads."""
    size, sent = os.fstat(file).st_size, 0
    write_all(descriptor, _LENGTH.pack(size))
    while sent < size:
        try:
            sent += os.sendfile(descriptor, file, sent, size - sent)
        except OSError as problem:
            raise Broken(str(problem)) from None


def read_bytes(descriptor: int, limit: int) -> bytes:
    """Read one message's bytes from a trusted end; raises ``Broken`` at its end or above the limit."""
    (length,) = _LENGTH.unpack(_read_exactly(descriptor, _LENGTH.size))
    if length > limit:
        raise Broken(f"a message of {length} bytes")
    return _read_exactly(descriptor, length)


def read(descriptor: int, limit: int) -> Any:
    """Read one message from a trusted end."""
    try:
        return json.loads(read_bytes(descriptor, limit))
    except ValueError as problem:
        raise Broken(str(problem)) from None


def _read_exactly(descriptor: int, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        try:
            part = os.read(descriptor, min(length - len(parts), 1 << 20))
        except OSError as problem:
            raise Broken(str(problem)) from None
        if not part:
            raise Broken("the other end is gone")
        parts += part
    return bytes(parts)


def untrusted_messages(data: bytes, most: int = 10_000) -> list[dict[str, Any]]:
    """The messages in what a child wrote, up to the first that is none and no more than ``most``; never raises.

    A message is a JSON object with finite numbers and whole characters, nested less than ``NESTING`` deep.
    """
    messages: list[dict[str, Any]] = []
    place = 0
    while place + _LENGTH.size <= len(data) and len(messages) < most:
        (length,) = _LENGTH.unpack_from(data, place)
        place += _LENGTH.size
        body = data[place : place + length]
        if len(body) < length:
            break
        place += length
        message = _parse(body)
        if message is None:
            break
        messages.append(message)
    return messages


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        text = body.decode("utf-8")
        message = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if type(message) is not dict or _too_deep(text, message):
            return None
        if "\\u" in text:  # half a character may be written so, and no file can hold it
            json.dumps(message, ensure_ascii=False).encode("utf-8")
        return message
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def _finite(digits: str) -> float:
    number = float(digits)
    if number - number != 0:
        raise ValueError(digits)
    return number


def _too_deep(text: str, message: Any) -> bool:
    if text.count("[") + text.count("{") < NESTING:
        return False
    level = [message]
    for _ in range(NESTING):
        level = [
            one
            for outer in level
            for one in (outer.values() if type(outer) is dict else outer)
            if type(one) is dict or type(one) is list
        ]
        if not level:
            return False
    return True
