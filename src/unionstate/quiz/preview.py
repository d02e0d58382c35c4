"""Shows one quiz file in the browser as the book will show it, anew each time the file is saved."""

from __future__ import annotations

import hashlib
import http.server
import json
import secrets
from functools import partial
from pathlib import Path

from markupsafe import Markup

from unionstate.errors import CourseError, CourseErrors, shown_path
from unionstate.local_server import LOOPBACK, open_local_server, serve_until_stopped
from unionstate.quiz.advice import advise
from unionstate.quiz.load import load_quiz
from unionstate.quiz.render import STATIC, render_items
from unionstate.quiz.select import block_label
from unionstate.templates import template_environment

_FOLDER = Path(__file__).parent
# of the book's own sheet only the variables count here: its colours in light and dark
_SHEETS = (_FOLDER.parent / "book" / "static" / "book.css", STATIC / "quiz.css", STATIC / "preview.css")


def preview(file: Path, port: int) -> None:
    """Serve a quiz file until interrupted; prints the address first.

    Raises:
        CourseError: if there is no such file, or the port is taken.
    """
    serve_until_stopped(open_preview(file, port), f"Preview of {shown_path(file)}")


def open_preview(file: Path, port: int) -> http.server.ThreadingHTTPServer:
    """A server for a quiz file on 127.0.0.1: its page, what the page asks to learn of changes, nothing else.

    Args:
        file: the quiz file; it may become faulty, or vanish, later.
        port: 0 for any free one.

    Raises:
        CourseError: if there is no such file, or the port is taken.
    """
    if not file.is_file():
        what = "This is a folder." if file.is_dir() else "There is no such file."
        raise CourseError(what, file=file, remedy="Name a quiz file, for example chapters/quizzes/NAME.yml.")
    handler = partial(_Handler, file.absolute())
    return open_local_server(handler, port, f"Choose another: unionstate quiz preview {file} --port {port % 65535 + 1}")


def preview_page(file: Path, nonce: str) -> str:
    """The page: the quiz and the advice on it, or, where the file is faulty, every fault with its remedy.

    Args:
        file: the quiz file.
        nonce: a word that the page's own scripts and styles carry, so that nothing else in it can run.
    """
    state = fingerprint(file)
    faults: list[CourseError] = []
    blocks, advice = [], []
    try:
        quiz = load_quiz(file)
        blocks = [(item, Markup(render_items([item], label=block_label([item]), page=True))) for item in quiz.items]
        advice = advise(quiz)
    except CourseErrors as problem:
        faults = problem.errors
    except CourseError as problem:
        faults = [problem]
    except Exception as problem:  # the author goes on writing; the page says what the program met
        said = f"{type(problem).__name__}: {problem}"
        faults = [CourseError(f"The file cannot be shown ({said:.200}).", file=file, remedy="Undo the last change.")]
    return (
        template_environment(_FOLDER / "templates")
        .get_template("preview.html.jinja")
        .render(
            name=file.name,
            state=state,
            nonce=nonce,
            blocks=blocks,
            advice=advice,
            faults=[
                (f"{shown_path(one.file)}{f':{one.line}' if one.line else ''}" if one.file else "", one)
                for one in faults
            ],
            sheets=[Markup(sheet.read_text(encoding="utf-8")) for sheet in _SHEETS],
            quiz_script=Markup((STATIC / "quiz.js").read_text(encoding="utf-8")),
            preview_script=Markup((STATIC / "preview.js").read_text(encoding="utf-8")),
        )
    )


def fingerprint(file: Path) -> str:
    """Changes with the file's content; empty while it cannot be read."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""


class _Handler(http.server.BaseHTTPRequestHandler):
    server_version, sys_version = "preview", ""
    timeout = 30  # seconds that a silent connection may take

    def __init__(self, file: Path, *arguments: object) -> None:
        self._file = file
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """The page at ``/``, its state at ``/state``; for a request in the name of another host, nothing."""
        # a page from elsewhere can give its own name the address 127.0.0.1; then the Host header has that name
        port = self.server.server_address[1]
        behind = {f":{port}"} | ({""} if port == 80 else set())
        if self.headers.get_all("Host") not in [[name + end] for name in (LOOPBACK, "localhost") for end in behind]:
            self._send(421, "text/plain", f"Open http://{LOOPBACK}:{port}/\n")
        elif self.path == "/":
            nonce = secrets.token_urlsafe(16)
            self._send(200, "text/html", preview_page(self._file, nonce), nonce)
        elif self.path == "/state":
            self._send(200, "application/json", json.dumps(fingerprint(self._file)))
        else:
            self._send(404, "text/plain", "There is only one page here: /\n")

    do_HEAD = do_GET

    def _send(self, status: int, kind: str, text: str, nonce: str = "") -> None:
        content = text.encode("utf-8", "replace")
        own = f"'nonce-{nonce}'" if nonce else "'none'"
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(content))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            (
                "Content-Security-Policy",
                f"default-src 'none'; script-src {own}; style-src {own}; connect-src 'self'; img-src data:; "
                "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""
