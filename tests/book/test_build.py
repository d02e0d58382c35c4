"""The build: exactly the promised pages, strict about warnings, quick when nothing changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from support import ROOT, copy_course, keep_two_chapters, lend_outputs, run_unionstate, start_unionstate

from unionstate.book.one_build import one_build
from unionstate.settings import read_settings

CHAPTER = "chapters/an-article-to-take-apart.md"
QUIZ = "chapters/quizzes/an-article-to-take-apart.yml"


def test_the_pages_are_exactly_those_of_the_table_of_contents(site: Path) -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text())
    names = [toc["root"], *re.findall(r"'file': '([^']+)'", str(toc["parts"])), "search"]
    built = {file.relative_to(site).as_posix() for file in site.rglob("*.html") if "_static" not in file.parts}
    assert built == {f"{name}.html" for name in names}
    assert len(built) > 8


def test_every_chapter_and_exercise_is_in_the_table_of_contents() -> None:
    toc = (ROOT / "_toc.yml").read_text()
    for source in [*ROOT.glob("chapters/*.md"), *ROOT.glob("exercises/*/exercise.md")]:
        assert f"file: {source.relative_to(ROOT).with_suffix('').as_posix()}\n" in toc


def test_an_unchanged_book_is_neither_read_nor_executed_again(site: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in site.rglob("chapters/*.html")}
    again = run_unionstate(ROOT, "book")
    assert again.returncode == 0
    assert again.stdout.splitlines()[0] == "Nothing changed since the last build."
    assert "Executing notebook" not in again.stdout + again.stderr
    assert {file: file.stat().st_mtime_ns for file in site.rglob("chapters/*.html")} == before


def test_two_builds_at_once_take_turns(built_copy: Path) -> None:
    with one_build(built_copy):
        second = start_unionstate(built_copy, "book")
        assert second.stdout.readline() == "Another build of this book is running: waiting for it.\n"
        with pytest.raises(subprocess.TimeoutExpired):
            second.wait(1)
    output, problems = second.communicate(timeout=60)
    assert second.returncode == 0, problems
    assert "The book is built." in output


def test_a_page_that_left_the_table_of_contents_leaves_the_site(built_copy: Path) -> None:
    stray = built_copy / "_build" / "html" / "chapters" / "old-page.html"
    stray.write_text("<p>from an earlier build</p>")
    assert run_unionstate(built_copy, "book").returncode == 0
    assert not stray.exists()


def test_a_changed_chapter_is_read_again_and_no_other_is_executed(built_copy: Path) -> None:
    chapter = built_copy / CHAPTER
    text = chapter.read_text()
    chapter.write_text(text.replace("Read these two sentences again", "Look at these two sentences again", 1))
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 0
        # the chapter, and the four pages that are made from all chapters
        assert "0 added, 5 changed, 0 removed" in re.sub(r"\x1b\[[\d;]*m", "", done.stdout)
        assert "Executing notebook" not in done.stdout + done.stderr
        assert (
            "Look at these two sentences again"
            in (built_copy / "_build/html" / CHAPTER).with_suffix(".html").read_text()
        )
    finally:
        chapter.write_text(text)


def test_the_build_ends_with_the_address_to_open(site: Path) -> None:
    last = run_unionstate(ROOT, "book").stdout.strip().splitlines()[-1]
    assert last == f"The book is built. Open {(site / 'index.html').as_uri()}"


@pytest.fixture(scope="module")
def built_copy(tmp_path_factory: pytest.TempPathFactory, site: Path) -> Path:
    """A copy of the course with two chapters and the caches of the built one, so that breaking it is quick."""
    copy = copy_course(tmp_path_factory.mktemp("copy") / "course")
    keep_two_chapters(copy)
    lend_outputs(copy)
    assert run_unionstate(copy, "book").returncode == 0
    return copy


FAULTS = {
    "See {doc}`nowhere <no-such-page>`.": "unknown document: 'no-such-page'",
    "See {para}`9`.": "no paragraph ¶9: the article has ¶1 to ¶7",
    "See {sentence}`2.7`.": "no sentence '2.7'",
    "Cited {footcite}`nobody2016`.": "nobody2016",
    "A {term}`word that is not there`.": "word that is not there",
    "Counted {value}`claims.cuont`.": "Did you mean 'claims.count'?",
    "A {nosuchrole}`role`.": "nosuchrole",
    "```{quiz} no-such-item\n```": "There is no item 'no-such-item'",
}


def test_faults_in_a_page_fail_the_build_every_time_and_all_are_named(built_copy: Path) -> None:
    chapter = built_copy / CHAPTER
    text = chapter.read_text()
    faults = "\n\n".join(FAULTS)
    chapter.write_text(text.replace("## Before you read", f"{faults}\n\n## Before you read", 1))
    try:
        for _ in range(2):
            done = run_unionstate(built_copy, "book")
            output = done.stdout + done.stderr
            assert done.returncode == 1, output
            assert [said for said in FAULTS.values() if said not in output] == []
            assert CHAPTER in output
            assert "Traceback" not in output
    finally:
        chapter.write_text(text)


def test_the_mended_book_builds_again(built_copy: Path) -> None:
    assert run_unionstate(built_copy, "book").returncode == 0


def test_changed_data_is_executed_again(built_copy: Path) -> None:
    table = built_copy / "chapters/data/article_claims.csv"
    text = table.read_text()
    words = "Presidents, prime ministers and senior officials were to take part"
    assert words in text
    table.write_text(text.replace(words, "Presidents and their people were to take part"))
    try:
        assert run_unionstate(built_copy, "book").returncode == 0
        page = (built_copy / "_build/html/chapters/an-article-to-take-apart.html").read_text()
        assert "Presidents and their people were to take part" in page
    finally:
        table.write_text(text)


def test_a_figure_without_a_text_alternative_fails_the_build(built_copy: Path) -> None:
    module = built_copy / "src/unionstate/figures/an_article_to_take_apart.py"
    text = module.read_text()
    module.write_text(re.sub(r"\balt=", "alt='short' or ", text, count=1))
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 1
        assert "the text alternative has 5 of 60 characters" in done.stdout + done.stderr
    finally:
        module.write_text(text)


@pytest.mark.parametrize(
    ("find", "replace", "said"),
    [
        ("    prompt:", "    promt:", "Did you mean 'prompt'?"),
        ("        correct: true\n", "", "exactly one option with 'correct: true'"),
        ("    prompt:", "\tprompt:", "Replace the tab by spaces."),
    ],
)
def test_a_faulty_quiz_stops_the_build_with_file_and_line(built_copy: Path, find: str, replace: str, said: str) -> None:
    quiz = built_copy / QUIZ
    text = quiz.read_text()
    head, tail = text.split("type: single", 1)
    quiz.write_text(head + "type: single" + tail.replace(find, replace, 1))
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 1
        assert said in done.stderr
        assert re.search(rf"{re.escape(QUIZ)}:\d+: ", done.stderr)
        assert "Traceback" not in done.stderr
    finally:
        quiz.write_text(text)


def test_a_missing_article_stops_the_build(built_copy: Path) -> None:
    article = next((built_copy / "seeds").glob("*.txt"))
    raw = article.read_bytes()
    article.unlink()
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 1
        assert article.name in done.stderr
        assert "Traceback" not in done.stderr
    finally:
        article.write_bytes(raw)


def test_with_an_address_every_notebook_page_launches_its_own_notebook(built_copy: Path) -> None:
    config = built_copy / "_config.yml"
    text = config.read_text()
    config.write_text(
        text.replace('url: ""', "url: https://github.com/someone/course", 1).replace(
            'baseurl: ""', "baseurl: https://someone.example/course/", 1
        )
    )
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 0, done.stderr
        site = built_copy / "_build" / "html"
        for source in [*built_copy.glob("exercises/*/exercise.md"), built_copy / CHAPTER]:
            page = (site / source.relative_to(built_copy)).with_suffix(".html").read_text()
            (launch,) = re.findall(r'href="(https://mybinder\.org/[^"]+)"', page)
            inside = parse_qs(urlsplit(launch.replace("&amp;", "&")).query)["urlpath"][0]
            assert urlsplit(launch).path == "/v2/gh/someone/course/main"
            assert (site / inside.removeprefix("lab/tree/")).is_file()
            assert "Nothing on this page needs it." in page
        front = (site / "index.html").read_text()
        report = "https://github.com/someone/course/issues/new?title=Mistake%20in%3A%20The%20Pendulum%20Test"
        assert f'<a href="{report}">Report a mistake on this page</a>.</p>' in front
        notebook = (site / "notebooks/an-article-to-take-apart.ipynb").read_text()
        assert "https://someone.example/course/chapters/the-article.html#s2-1" in notebook
    finally:
        config.write_text(text)


def test_the_branch_and_the_path_of_the_launch_address_exist() -> None:
    def git(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)

    if git("rev-parse", "--show-toplevel").returncode or not git("branch", "--all").stdout.strip():
        pytest.skip("not a git checkout with branches: nothing to compare the branch with")
    settings = read_settings()
    assert git("rev-parse", "--show-prefix").stdout.strip().strip("/") == settings.path.strip("/")
    names = git("for-each-ref", "--format=%(refname:lstrip=-1)", "refs/heads", "refs/remotes").stdout.split()
    if os.environ.get("GITHUB_EVENT_NAME") == "pull_request":
        pytest.skip("the checkout of a pull request holds no branch")
    assert settings.branch in names


EXERCISE = "exercises/dates-as-intervals"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("_toc.yml", lambda text: "", "_toc.yml: No table of contents"),
        ("_toc.yml", lambda text: "a: [", "_toc.yml:1: Not YAML"),
        ("_toc.yml", None, "_toc.yml: The table of contents is missing."),
        (
            "_toc.yml",
            lambda text: text.replace("chapters/glossary", "chapters/glosary"),
            "There is no page chapters/glos",
        ),
        ("_config.yml", lambda text: "x: [1", "_config.yml:1: Not YAML"),
        ("_config.yml", lambda text: "- 1", "_config.yml:1: The file has no settings."),
        ("_config.yml", lambda text: text.replace('url: ""', "url: 5", 1), "repository.url is no text: 5."),
        (
            "chapters/references.bib",
            lambda text: text.replace("title =", "titel =", 1),
            "has no title. Add the fields.",
        ),
        ("chapters/references.bib", lambda text: text + "@misc{x, title = {a", "Not BibTeX: syntax error in line"),
        ("chapters/references.bib", None, "The bibliography is missing."),
        (CHAPTER, lambda text: text.replace("remove-input", "remove-inptu"), "Unknown tag: remove-inptu."),
        (CHAPTER, lambda text: "", "The page is empty."),
        (CHAPTER, lambda text: text.replace("chapter:", "chaptre:", 1), "does not say what it is"),
        (CHAPTER, lambda text: text.replace("{quiz} one-part-falls", "{quiz} what-likely-tells"), "is shown 0 times."),
        (f"{EXERCISE}/checks.yml", lambda text: text.replace("id: 2e", "id: 2f"), "The question '2e' has no checks"),
        (f"{EXERCISE}/checks.yml", None, "The exercise has no checks.yml."),
        ("chapters/stray.md", lambda text: "# Stray", "The page is not in _toc.yml."),
        ("seeds/000_eecd6e407d3f060b.txt", lambda text: text.replace("Belarus", "Belorus"), "its SHA-256 differs"),
    ],
)
def test_a_fault_stops_the_build_before_it_starts(built_copy: Path, name: str, change, said: str) -> None:
    file = built_copy / name
    before = file.read_bytes() if file.exists() else None
    file.unlink(missing_ok=True)
    if change:
        file.write_text(change((before or b"").decode("utf-8")), encoding="utf-8")
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert "Executing notebook" not in done.stdout + done.stderr
    finally:
        file.unlink(missing_ok=True)
        if before is not None:
            file.write_bytes(before)


def test_a_build_that_was_cut_off_leaves_nothing_torn_behind(built_copy: Path) -> None:
    """As after a kill: the note that a build runs is there, and the cache's record leads to a notebook that is not."""
    (built_copy / "_build" / "running").touch()
    for notebook in (built_copy / "_build" / ".jupyter_cache").rglob("*.ipynb"):
        notebook.unlink()
    (built_copy / CHAPTER).touch()
    (built_copy / "_build" / "book.json").unlink(missing_ok=True)
    shutil.rmtree(built_copy / "_build" / ".doctrees")
    done = run_unionstate(built_copy, "book")
    assert done.returncode == 0, done.stdout + done.stderr


def test_files_that_are_gone_from_the_site_come_back(built_copy: Path) -> None:
    notebooks = built_copy / "_build" / "html" / "notebooks"
    assert run_unionstate(built_copy, "book").returncode == 0
    shutil.rmtree(notebooks)
    assert run_unionstate(built_copy, "book").returncode == 0
    assert (notebooks / "notebooks.zip").is_file()


def test_a_page_that_fetches_from_another_host_fails_the_build(built_copy: Path) -> None:
    chapter = built_copy / "chapters" / "glossary.md"
    text = chapter.read_text()
    chapter.write_text(text + "\n![a picture](https://pictures.example/a.png)\n")
    try:
        done = run_unionstate(built_copy, "book")
        assert done.returncode == 1
        assert "would fetch https://pictures.example/a.png from another host" in done.stdout + done.stderr
    finally:
        chapter.write_text(text)
