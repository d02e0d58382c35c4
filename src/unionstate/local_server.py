"""Servers for this machine alone: on the loopback address, with a readable line where the port cannot be had."""

from __future__ import annotations

import errno
import http.server
import os
from collections.abc import Callable

from unionstate.errors import CourseError

LOOPBACK = "127.0.0.1"


class _Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = os.name != "nt"  # on Windows it would share a port that is in use


def port_number(text: str) -> int:
    """A port as someone typed it; 0 stands for any free one.

    Raises:
        CourseError: if it is no port.
    """
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else -1
    if not 0 <= number <= 65535:
        raise CourseError(f"{text!r:.40} is no port.", remedy="Use a number from 1024 to 65535.")
    return number


def open_local_server(
    handler: Callable[..., http.server.BaseHTTPRequestHandler], port: int, remedy: str
) -> http.server.ThreadingHTTPServer:
    """A server on 127.0.0.1.

    Args:
        handler: answers requests.
        port: 0 for any free one.
        remedy: what to do if the port is taken.

    Raises:
        CourseError: if the port is taken or not allowed.
    """
    try:
        return _Server((LOOPBACK, port), handler)
    except OSError as problem:
        taken = (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", None))
        said = "is in use" if problem.errno in taken else f"cannot be opened ({problem.strerror})"
        raise CourseError(f"Port {port} {said}.", remedy=remedy) from None


def serve_until_stopped(server: http.server.ThreadingHTTPServer, what: str) -> None:
    """Say where it is, and serve until Ctrl+C."""
    with server:
        try:
            print(f"{what}: http://{LOOPBACK}:{server.server_port}/  (Ctrl+C stops)", flush=True)
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
