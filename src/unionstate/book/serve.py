"""Serves the built book on this machine's loopback address."""

from __future__ import annotations

import errno
import functools
import http.server
from pathlib import Path

from unionstate.errors import CourseError


class _Quiet(http.server.SimpleHTTPRequestHandler):
    # what a strict host would send; the default guesses from the machine's own tables
    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".ipynb": "application/x-ipynb+json",
    }

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


def open_server(folder: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server for a folder on 127.0.0.1.

    Args:
        folder: the built book.
        port: 0 for any free one.

    Raises:
        CourseError: if the port is taken or not allowed.
    """
    handler = functools.partial(_Quiet, directory=str(folder))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OverflowError:
        raise CourseError(f"{port} is no port.", remedy="Use a number from 1024 to 65535.") from None
    except OSError as problem:
        said = "is in use" if problem.errno == errno.EADDRINUSE else f"cannot be opened ({problem.strerror})"
        raise CourseError(f"Port {port} {said}.", remedy="Choose another: make serve PORT=8001") from None


def serve(folder: Path, port: int) -> None:
    """Serve until interrupted; prints the address first."""
    with open_server(folder, port) as server:
        print(f"The book: http://127.0.0.1:{server.server_port}/  (Ctrl+C stops)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
