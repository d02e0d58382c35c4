"""Measures our quizzes against jupyterquiz and mkdocs-quiz: the same ten items, the same page, one run.

Run it with `make bench`. It installs the two peers into a folder of its own, prints figures and checks nothing.
Bytes are what ten items add to a page (gzip -6). The time to interactive is taken in headless Chromium, unthrottled,
until the first item is painted and can be answered and checked; the runs of the variants take turns.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import venv
from pathlib import Path

from bs4 import BeautifulSoup
from playwright.sync_api import Browser, sync_playwright

from unionstate.book.assets import quiz_script, small_sheet
from unionstate.book.serve import open_server
from unionstate.quiz.items import Item
from unionstate.quiz.load import load_all
from unionstate.quiz.render import STATIC, inline_text, render_items

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
PEERS = ("jupyterquiz==2.9.6.4", "ipython>=8", "mkdocs-quiz==1.7.1", "mkdocs==1.6.1")
RUNS = 15
_JUPYTERQUIZ = """
import json, sys
from IPython.core.interactiveshell import InteractiveShell
InteractiveShell.instance()
from IPython.utils.capture import capture_output
from jupyterquiz import display_quiz
with capture_output() as captured:
    display_quiz(json.load(open(sys.argv[1])), shuffle_answers=False)
html = ""
for output in captured.outputs:
    script = output.data.get("application/javascript")
    html += f"<script>{script}</script>" if script else output.data["text/html"]
open(sys.argv[2], "w").write(html)
"""
# when each variant's first item can be answered and checked
_READY = {
    "ours": "document.querySelector('.quiz-item .quiz-check:not([hidden])')",
    "jupyterquiz": "document.querySelector('.Quiz input, .Quiz label, .MCButton')",
}
_WATCH = """
window.readyAt = null;
const look = () => { if (!window.readyAt && (%s)) window.readyAt = performance.now(); };
new MutationObserver(look).observe(document, {childList: true, subtree: true, attributes: true});
document.addEventListener('DOMContentLoaded', look);
"""


def ten_items() -> list[Item]:
    """Ten items of types that both peers know."""
    items = [item for quiz in load_all().values() for item in quiz.items if item.type in ("single", "multiple")]
    return items[:10]


def compressed(text: str) -> int:
    """Bytes after gzip."""
    return len(gzip.compress(text.encode(), 6))


def ours(items: list[Item]) -> tuple[str, str]:
    """The items with their style, and the script, as a page of the book carries them."""
    style = small_sheet(STATIC / "quiz.css")
    html = render_items(items, label="Quiz of 10 questions", page=True)
    return f"<style>{style}</style>{html}", f"<script>{quiz_script()}</script>"


def jupyterquiz(items: list[Item], python: Path, folder: Path) -> str:
    """What ``display_quiz`` leaves in a page."""
    questions = [
        {
            "question": inline_text(item.prompt),
            "type": "multiple_choice" if item.type == "single" else "many_choice",
            "answers": [
                {
                    "answer": inline_text(option.text),
                    "correct": option.correct,
                    "feedback": inline_text(option.feedback),
                }
                for option in item.options
            ],
        }
        for item in items
    ]
    (folder / "questions.json").write_text(json.dumps(questions))
    (folder / "show.py").write_text(_JUPYTERQUIZ)
    subprocess.run([python, folder / "show.py", folder / "questions.json", folder / "quiz.html"], check=True)
    return (folder / "quiz.html").read_text()


def mkdocs_quiz(items: list[Item], python: Path, folder: Path) -> int:
    """Bytes that the items add to a page of MkDocs; it has one text for each question and none for each option."""
    sizes = {}
    for name, plugins in (("without", "[]"), ("with", "[mkdocs_quiz]")):
        docs = folder / name / "docs"
        docs.mkdir(parents=True)
        text = "# Quiz\n\n"
        for item in items if name == "with" else []:
            options = "\n".join(f"- [{'x' if one.correct else ' '}] {inline_text(one.text)}" for one in item.options)
            said = " ".join(inline_text(option.feedback) for option in item.options)
            text += f"<quiz>\n{inline_text(item.prompt)}\n{options}\n\n{said}\n</quiz>\n\n"
        (docs / "index.md").write_text(text)
        (folder / name / "mkdocs.yml").write_text(f"site_name: x\nplugins: {plugins}\n")
        command = [
            python,
            "-m",
            "mkdocs",
            "build",
            "-q",
            "-f",
            folder / name / "mkdocs.yml",
            "-d",
            folder / name / "site",
        ]
        subprocess.run(command, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
        page = (folder / name / "site" / "index.html").read_text()
        linked = re.findall(r"""(?:src|href)=["']([^"'#?]+\.(?:js|css))""", page)
        files = [folder / name / "site" / link for link in linked]
        sizes[name] = compressed(page) + sum(compressed(file.read_text()) for file in files if file.is_file())
        print(
            f"  mkdocs {name} quiz: {sizes[name]:,} bytes, {len([one for one in linked if '//' in one])} from elsewhere"
        )
    return sizes["with"] - sizes["without"]


def frame(block: str, tail: str = "") -> str:
    """A chapter of the book in which the quizzes are replaced by this block, and their script by this one."""
    soup = BeautifulSoup((SITE / "chapters" / "when-was-this-written.html").read_text(encoding="utf-8"), "html.parser")
    for old in soup.select("[data-quiz-page], #quiz-script, link[href*='quiz.css']"):
        old.decompose()
    place = soup.new_tag("div", id="block-under-test")
    soup.select_one("article").append(place)
    html = str(soup).replace('<div id="block-under-test"></div>', block)
    before, scripts, after = html.partition('<script src="../_static/scripts/furo.js')
    return before + tail + scripts + after


def milliseconds(browser: Browser, address: str, variant: str) -> tuple[float, float]:
    """From the start of navigation until the first item can be used, and from the first paint until then.

    What is not painted cannot be used: an item that is alive before the first paint counts from the paint.
    """
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(_WATCH % _READY[variant])
    page.goto(address, wait_until="load")
    page.wait_for_function("window.readyAt !== null && performance.getEntriesByName('first-paint').length")
    ready, paint = page.evaluate("[window.readyAt, performance.getEntriesByName('first-paint')[0].startTime]")
    context.close()
    return max(ready, paint), ready - paint


def main() -> None:
    """Print the comparison."""
    items = ten_items()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        venv.create(folder / "peers", with_pip=True)
        python = folder / "peers" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *PEERS], check=True)
        our_html, our_script = ours(items)
        theirs = jupyterquiz(items, python, folder)
        added = {
            "ours": compressed(our_html + our_script),
            "jupyterquiz": compressed(theirs),
            "mkdocs-quiz": mkdocs_quiz(items, python, folder),
        }
        for name, size in added.items():
            print(f"{name}: ten items add {size:,} bytes; ours / {name} = {added['ours'] / size:.2f}")
        pages = folder / "pages"
        pages.mkdir()
        (pages / "_static").symlink_to(SITE / "_static")
        (pages / "chapters").mkdir()
        (pages / "chapters" / "ours.html").write_text(frame(our_html, our_script))
        (pages / "chapters" / "jupyterquiz.html").write_text(frame(theirs))
        with open_server(pages, 0) as server, sync_playwright() as playwright:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("UNIONSTATE_BROWSER"), args=["--no-sandbox", "--disable-gpu"]
            )
            times: dict[str, list[tuple[float, float]]] = {name: [] for name in _READY}
            for run in range(RUNS + 1):
                for name in _READY:
                    address = f"http://127.0.0.1:{server.server_port}/chapters/{name}.html"
                    measured = milliseconds(browser, address, name)
                    if run:  # the first run warms up
                        times[name].append(measured)
                print(f"\rrun {run} of {RUNS}", end="", file=sys.stderr, flush=True)
            browser.close()
            server.shutdown()
    medians = {name: [statistics.median(column) for column in zip(*runs, strict=True)] for name, runs in times.items()}
    print(file=sys.stderr)
    for name, (ready, after_paint) in medians.items():
        ratio = medians["ours"][0] / ready
        print(
            f"{name}: first item usable {ready:.0f} ms after navigation; alive {after_paint:+.0f} ms from first paint "
            f"(median of {RUNS}); ours / {name} = {ratio:.2f}"
        )


if __name__ == "__main__":
    main()
