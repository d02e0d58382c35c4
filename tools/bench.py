"""Measures the built book: page weight, build times, and Lighthouse's mobile scores where Node.js is at hand.

Run it with `make bench`. It prints figures and checks nothing: the limits are in the tests.
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
LIGHTHOUSE = "lighthouse@12.8.2"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


class _Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves the site with gzip, as public hosts do."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        file = SITE / unquote(urlsplit(self.path).path).lstrip("/")
        if not file.is_file():
            self.send_error(404)
            return
        body = gzip.compress(file.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing for each request."""


@contextmanager
def served() -> Iterator[str]:
    """The address of a compressing server on the loopback address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Compressing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def pages() -> list[str]:
    """The pages of the table of contents."""
    return ["index", *re.findall(r"file: (\S+)", (ROOT / "_toc.yml").read_text())]


def weights(address: str) -> None:
    """Compressed bytes and requests of each page's first visit, with and without its figures."""
    from playwright.sync_api import sync_playwright

    print(f"{'first visit, KiB compressed':50} {'all':>7} {'figures':>8} {'rest':>7} {'requests':>9}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["UNIONSTATE_BROWSER"], args=FLAGS.split()[1:])
        for name in pages():
            asked: set[str] = set()
            page = browser.new_page()
            page.on("request", lambda request, asked=asked: asked.add(request.url))
            page.goto(f"{address}/{name}.html", wait_until="networkidle")
            whole = rest = 0
            for url in asked:
                raw = (SITE / unquote(urlsplit(url).path).lstrip("/")).read_bytes()
                bare = re.sub(rb'<figure class="course-figure".*?</figure>', b"", raw, flags=re.DOTALL)
                whole += len(gzip.compress(raw, 6))
                rest += len(gzip.compress(bare, 6))
            row = f"{whole / 1024:7.1f} {(whole - rest) / 1024:8.1f} {rest / 1024:7.1f} {len(asked):9}"
            print(f"{name:50} {row}", flush=True)
            page.close()
        browser.close()


def build_times() -> None:
    """Seconds of a build from nothing (packages installed) and of one in which nothing changed."""
    program = str(Path(sys.executable).with_name("unionstate"))
    kept = Path(tempfile.mkdtemp(dir=ROOT / "_build")) / "caches"
    kept.mkdir()
    for name in ("html", ".doctrees", ".jupyter_cache"):
        if (ROOT / "_build" / name).exists():
            shutil.move(ROOT / "_build" / name, kept / name)
    for label in ("build from nothing", "build, nothing changed"):
        start = time.perf_counter()
        subprocess.run([program, "book"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        print(f"{label:50} {time.perf_counter() - start:7.1f} s", flush=True)
    shutil.rmtree(kept.parent)


def lighthouse(address: str) -> None:
    """Lighthouse's mobile scores of every page."""
    if not shutil.which("npm"):
        print("Lighthouse: not measured, since there is no npm on this machine.")
        return
    home = ROOT / "_build" / "lighthouse"
    home.mkdir(parents=True, exist_ok=True)
    program = home / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        print("Installing Lighthouse ...", flush=True)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", LIGHTHOUSE], cwd=home, check=True)
    print(f"{'Lighthouse, mobile':50} {'performance':>12} {'accessibility':>14} {'largest paint':>14}")
    environment = {**os.environ, "CHROME_PATH": os.environ["UNIONSTATE_BROWSER"]}
    for name in pages():
        report = home / "report.json"
        command = [str(program), f"{address}/{name}.html", "--quiet", f"--chrome-flags={FLAGS}", "--output=json"]
        command += [f"--output-path={report}", "--only-categories=performance,accessibility"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        result = json.loads(report.read_text())
        scores = [result["categories"][one]["score"] for one in ("performance", "accessibility")]
        paint = result["audits"]["largest-contentful-paint"]["displayValue"]
        print(f"{name:50} {scores[0]:12.2f} {scores[1]:14.2f} {paint:>14}", flush=True)


if __name__ == "__main__":
    build_times()
    with served() as here:
        weights(here)
        lighthouse(here)
