"""Serves the built book on this machine's loopback address."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path

from unionstate.local_server import open_local_server, serve_until_stopped


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
    return open_local_server(handler, port, "Choose another: make serve PORT=8001")


def serve(folder: Path, port: int) -> None:
    """Serve until interrupted; prints the address first."""
    serve_until_stopped(open_server(folder, port), "The book")
