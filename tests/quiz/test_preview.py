"""The preview of one quiz file: as in the book, anew with each save, faults in the page, for this machine alone."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from answering import right_answer, submit
from axe_playwright_python.sync_playwright import Axe
from kept import BY_ID
from playwright.sync_api import BrowserContext, Page, expect
from small_quiz import EVERY_TYPE_FILE, GOOD
from support import ROOT

from unionstate.cli import main
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.preview import open_preview, preview_page

CHAPTER = "when-was-this-written"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(EVERY_TYPE_FILE, tmp_path / "quiz.yml"))


@pytest.fixture
def port(file: Path) -> Iterator[int]:
    with open_preview(file, 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # seen to end at once
        yield server.server_port
        server.shutdown()


@pytest.fixture
def shown(page: Page, port: int) -> Page:
    page.goto(f"http://127.0.0.1:{port}/")
    return page


def ask(port: int, path: str = "/", method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request(method, path, headers=headers)
    return connection.getresponse()


def test_every_type_is_shown_and_answers(page: Page, port: int):
    problems = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.goto(f"http://127.0.0.1:{port}/")
    for item in BY_ID.values():
        block = page.locator(f"#quiz-{item.id}")
        submit(block, item, right_answer(item))
        expect(block.locator(".quiz-feedback")).not_to_be_empty()
    assert problems == [], "the page's own rules must not stop its scripts and styles"


def test_the_page_follows_the_file_and_keeps_answers_that_still_fit(shown: Page, file: Path):
    submit(shown.locator("#quiz-t-single"), BY_ID["t-single"], [1])
    file.write_text(file.read_text(encoding="utf-8").replace("Which of these?", "Which of those?"), encoding="utf-8")
    expect(shown.locator("#quiz-t-multiple legend")).to_have_text("Which of those?")
    expect(shown.locator("#quiz-t-single .quiz-feedback")).to_contain_text("Right.")
    shown.get_by_role("button", name="Forget my answers").click()
    expect(shown.locator("#quiz-t-single .quiz-feedback")).to_be_empty()


def test_faults_stand_in_the_page_and_go_when_mended(shown: Page, file: Path):
    good = file.read_text(encoding="utf-8")
    file.write_text(
        good.replace("type: single", "type: singel").replace("misconception: epsilon-slip", "misconception: E p")
    )
    faults = shown.locator(".preview-faults")
    expect(faults.locator("li")).to_have_count(2)
    expect(faults).to_contain_text("2 faults: mend and save.")
    expect(faults.locator("li").first).to_have_text(
        re.compile(r"quiz\.yml:4 There is no item type 'singel'\. Did you mean 'single'\?")
    )
    assert shown.title() == "Faults in quiz.yml – preview"
    file.write_text("items: [\n")
    expect(faults).to_contain_text("One fault")
    file.unlink()
    expect(faults).to_contain_text("quiz.yml")
    # as editors save: the new file takes the place of the old one
    other = file.with_name("new")
    other.write_text(good, encoding="utf-8")
    os.replace(other, file)
    expect(shown.locator(".quiz-item")).to_have_count(len(BY_ID))
    expect(faults).to_have_count(0)


def test_advice_is_shown_beside_the_items(shown: Page, file: Path):
    file.write_text(GOOD.replace("text: Two", "text: All of the above"), encoding="utf-8")
    advice = shown.locator(".preview-advice")
    expect(advice).to_contain_text("first-item: An option says “all of the above” or the like.")
    assert advice.get_by_role("link").get_attribute("href") == "#quiz-first-item"


def test_the_page_says_when_the_preview_has_ended(page: Page, file: Path):
    with open_preview(file, 0) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()  # seen to end at once
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
    expect(page.locator(".preview-lost")).to_contain_text("The preview has ended", timeout=10_000)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("faulty", [False, True])
def test_no_barriers_in_light_and_dark(
    new_context: Callable[..., BrowserContext], file: Path, port: int, scheme, faulty
):
    file.write_text(GOOD.replace("text: Two", "text: All of the above") + ("    typ: x\n" if faulty else ""))
    page = new_context(color_scheme=scheme, viewport={"width": 320, "height": 900}).new_page()
    page.goto(f"http://127.0.0.1:{port}/")
    for _ in range(2):  # as the system has it, then the other
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:150]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Light or dark").click()
    assert page.locator("body").get_attribute("data-theme") == scheme


LOOK = """() => {
  const seen = {};
  for (const selector of ["html", "body", ".quiz", ".quiz-item", ".quiz legend", ".quiz-how", ".quiz-option",
      ".quiz-check", ".quiz-option input", ".quiz summary"]) {
    const style = getComputedStyle(document.querySelector(selector));
    const names = selector === "html" || selector === "body" ? ["fontFamily", "fontSize"] : ["color", "fontFamily",
      "fontSize", "fontWeight", "lineHeight", "borderColor", "borderWidth", "padding", "minHeight", "accentColor"];
    for (const name of names) seen[`${selector} ${name}`] = style[name];
  }
  let back = "rgba(0, 0, 0, 0)";
  for (let one = document.querySelector(".quiz"); one && back === "rgba(0, 0, 0, 0)"; one = one.parentElement) {
    back = getComputedStyle(one).backgroundColor;
  }
  return { ...seen, back };
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 1920])
def test_a_quiz_looks_as_in_the_book(
    new_context: Callable[..., BrowserContext], site_address: str, port: int, file: Path, scheme: str, width: int
):
    shutil.copy(ROOT / "chapters" / "quizzes" / f"{CHAPTER}.yml", file)
    page = new_context(color_scheme=scheme, viewport={"width": width, "height": 900}).new_page()
    looks = []
    for address in (f"{site_address}/chapters/{CHAPTER}.html", f"http://127.0.0.1:{port}/"):
        page.goto(address)
        page.locator(".quiz-check").first.wait_for()
        looks.append(page.evaluate(LOOK))
    assert looks[0] == looks[1]
    assert page.locator(".quiz-item").count() == len(load_chapter_quiz(CHAPTER).items)


class TestServer:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
    def test_it_answers_in_its_own_name_and_with_its_page_alone(self, port: int, host: str):
        own = {"Host": f"{host}:{port}"}
        answer = ask(port, **own)
        assert answer.status == 200 and b"t-single" in answer.read()
        rules = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in rules and "'unsafe-inline'" not in rules
        assert answer.headers["Cache-Control"] == "no-store" and "Python" not in answer.headers["Server"]
        assert ask(port, "/state", **own).status == 200
        assert ask(port, method="HEAD", **own).read() == b""

    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "", "127.0.0.1.evil.example:{}"]
    )
    @pytest.mark.parametrize("path", ["/", "/state"])
    def test_a_request_in_another_name_gets_nothing(self, port: int, host: str, path: str):
        answer = ask(port, path, Host=host.format(port))
        assert answer.status == 421 and answer.read() == f"Open http://127.0.0.1:{port}/\n".encode()

    @pytest.mark.parametrize(
        "path", ["/quiz.yml", "/../quiz.yml", "//etc/passwd", "/..%2f..%2fetc/passwd", "/static/quiz.js", "/?", "*"]
    )
    def test_no_file_is_served(self, port: int, path: str):
        answer = ask(port, path)
        assert answer.status == 404 and answer.read() == b"There is only one page here: /\n"

    def test_nothing_can_be_sent_to_it(self, port: int):
        assert ask(port, method="POST").status == 501


def test_hostile_texts_and_names_stay_texts(tmp_path: Path):
    file = tmp_path / "<img src=x onerror=alert(1)>.yml"
    file.write_text(GOOD.replace("Which one?", "</script><script>alert(1)</script>"), encoding="utf-8")
    page = preview_page(file, "word")
    assert "<img" not in page and "<script>" not in page and page.count("<script") == 2
    file.write_text("items:\n- <script>alert(1)</script>: 1\n")
    assert "<script>" not in preview_page(file, "word")


def test_a_fault_of_the_program_is_told_in_the_page(file: Path, monkeypatch):
    def fail(_: object):
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("unionstate.quiz.preview.advise", fail)
    page = preview_page(file, "word")
    assert "The file cannot be shown (ZeroDivisionError: by zero)." in page and "Traceback" not in page


@pytest.mark.parametrize("name, said", [("gone.yml", "There is no such file."), (".", "This is a folder.")])
def test_what_is_no_file_ends_at_once(tmp_path, monkeypatch, capsys, name, said):
    monkeypatch.chdir(tmp_path)
    assert main(["quiz", "preview", name]) == 1
    assert said in capsys.readouterr().err


def test_a_port_in_use_is_told_with_a_remedy(file, port, capsys):
    assert main(["quiz", "preview", str(file), f"--port={port}"]) == 1
    said = capsys.readouterr().err
    assert said == f"Port {port} is in use. Choose another: unionstate quiz preview {file} --port {port + 1}\n"


@pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent another way there")
def test_it_opens_at_the_address_printed_and_ctrl_c_ends_it(file, page):
    code = "import sys; from unionstate.cli import main; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "quiz", "preview", str(file), "--port=0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
            page.goto(address)
            expect(page.locator(".quiz-item")).to_have_count(len(BY_ID))
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 0
            assert (process.stdout.read(), process.stderr.read()) == ("Stopped.\n", "")
        finally:
            process.kill()
