"""Learner notebooks: nothing of MyST is left in them, and what has no plain form is told with file and line."""

import json
import os
import re
import subprocess
import sys
import zipfile
from functools import partial

import nbformat
import pytest
from support import WhenAsked

from unionstate.article import the_article
from unionstate.errors import CourseError
from unionstate.notebooks import ARCHIVE, convert, glossary, notebook_name, write_notebooks
from unionstate.paths import chapters_path, course_root, data_path, exercises_path
from unionstate.quiz.load import load_chapter_quiz
from unionstate.settings import Settings
from unionstate.values import compute

SOURCES = [*sorted(chapters_path().glob("*.md")), *sorted(exercises_path().glob("*/exercise.md"))]
MADE = WhenAsked(
    {
        notebook_name(source): partial(convert, source)
        for source in SOURCES
        if re.search("^(chapter|exercise):", source.read_text(encoding="utf-8"), flags=re.MULTILINE)
    }
)
CHAPTER = "when-was-this-written"
COMMIT = next(item for item in load_chapter_quiz(CHAPTER).items if item.type == "commit")
FRONT = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {name: python3, display_name: Python 3, language: python}
chapter: {objectives: [LO1], article: [1], exercise: dates-as-intervals, exercise_minutes: 30}
---
"""
LEFTOVERS = re.compile(
    r"\{[a-zA-Z][\w:.-]*\}`"  # a role
    r"|^[ \t>*+\d.)-]*(`{3,}|:{3,}|~{3,})[ \t]*\{"  # a directive
    r"|^:{3,}|^%|^\([\w-]+\)=|^\+\+\+|^:[\w-]+:|\]\([^)]*\.md[)#]",
    flags=re.MULTILINE,
)
every_notebook = pytest.mark.parametrize("name", MADE)


def cells(text: str, kind: str = "markdown") -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == kind]


@every_notebook
def test_a_notebook_is_valid_small_and_without_outputs(name):
    notebook = nbformat.reads(MADE[name], as_version=4)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert all(cell.source.strip() for cell in notebook.cells)
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    assert notebook.metadata.kernelspec.name == "python3"


@every_notebook
def test_nothing_raw_is_left(name):
    for text in cells(MADE[name]):
        assert not LEFTOVERS.search(text), text
    for code in cells(MADE[name], "code"):
        assert ":tags:" not in code and "{" + "code-cell}" not in code


@every_notebook
def test_every_link_inside_leads_to_a_heading_or_a_notebook(name):
    text = "\n".join(cells(MADE[name]))
    headings = {title.strip().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)}
    targets = set(re.findall(r"\]\(([^)\s]+)\)", text))
    assert {target[1:] for target in targets if target.startswith("#")} <= headings
    elsewhere = {target for target in targets if not target.startswith(("#", "https://", "http://"))}
    assert elsewhere <= MADE.keys()


def test_the_same_source_gives_the_same_file():
    for source in SOURCES:
        assert convert(source) == MADE.get(notebook_name(source)), "a notebook is made of it if it says what it is"


def test_pages_without_a_contract_have_no_notebook():
    assert convert(chapters_path() / "the-article.md") is None
    assert "the-article.ipynb" not in MADE and f"{CHAPTER}.ipynb" in MADE and "dates-as-intervals.ipynb" in MADE


@pytest.mark.parametrize("source", [*exercises_path().glob("*/exercise.md")], ids=lambda source: source.parent.name)
def test_a_students_notebook_holds_no_solution(source):
    def tagged(tag: str) -> list[str]:
        cell = r"```\{code-cell\} python\n:tags: \[([^\]]*)\]\n(.*?)\n```"
        found = re.findall(cell, source.read_text(encoding="utf-8"), flags=re.DOTALL)
        return [code for tags, code in found if tag in re.split(r",\s*", tags)]

    student, teacher = cells(convert(source), "code"), cells(convert(source, solution=True), "code")
    assert len(tagged("solution")) == len(tagged("starter")) > 0
    assert set(tagged("starter")) <= set(student) and not set(tagged("solution")) & set(student)
    assert set(tagged("solution")) <= set(teacher) and not set(tagged("starter")) & set(teacher)


@pytest.fixture
def page(tmp_path):
    def write(body: str):
        source = tmp_path / f"{CHAPTER}.md"
        source.write_text(f"{FRONT}\n{body}\n", encoding="utf-8")
        return source

    return write


def markdown(source) -> str:
    """The first Markdown cell after the note at the top."""
    return cells(convert(source))[1]


@pytest.mark.parametrize(
    "written, plain",
    [
        ("See {para}`3`.", "See [¶3](#Paragraph-3)."),
        ("See {sentence}`3.2`.", "See [¶3.2](#Sentence-3.2)."),
        ("{value}`claims.count` claims", f"{compute('claims.count')} claims"),
        ("A {term}`claim`.", "A [claim](#Words)."),
        ("Two {term}`claims\n<claim>`.", "Two [claims](#Words)."),
        ("```{quote-article} 1.1\n```", f"> {the_article().quote('1.1')[0]}\n>\n> — [¶1.1](#Sentence-1.1)"),
        (
            "```{quote-article} 1.1 2\n```",
            f"> {the_article().quote('1.1')[0]} {the_article().quote('2')[0]}\n>\n"
            "> — [¶1.1](#Sentence-1.1), [¶2](#Paragraph-2)",
        ),
        (f"```{{recall}} {COMMIT.id}\n```", f"*Look back at your answer to “{COMMIT.prompt}”*"),
        (
            "```{hint-step} Where to *look*\nIn {para}`1`.\n\nAnd then?\n```",
            "<details>\n<summary>Where to *look*</summary>\n\nIn [¶1](#Paragraph-1).\n\nAnd then?\n\n</details>",
        ),
        ("```{note}\nMind {para}`1`.\n\nAgain.\n```", "> **Note**\n>\n> Mind [¶1](#Paragraph-1).\n>\n> Again."),
        ("```{tip} A title\nMind it.\n```", "> **A title**\n>\n> Mind it."),
        (":::{note}\nMind it.\n:::", "> **Note**\n>\n> Mind it."),
        ("````{note}\n```\n{para}`1`\n```\n````", "> **Note**\n>\n> ```\n> {para}`1`\n> ```"),
        ("One.\n% {para}`99` is a remark\n%so is this\nTwo.", "One.\nTwo."),
        ("Code `{para}` and ``{value}`x` `` stays.", "Code `{para}` and ``{value}`x` `` stays."),
        ("```python\nf(x)  # {para}`3`\n% 2\n```", "```python\nf(x)  # {para}`3`\n% 2\n```"),
        ("$a_{n}$ and $$b$$", "$a_{n}$ and $$b$$"),
        ("| a | b |\n| --- | --- |\n| *1* | **2** |", "| a | b |\n| --- | --- |\n| *1* | **2** |"),
    ],
)  # fmt: skip
def test_a_construct_of_the_list_becomes_ordinary_markdown(page, written, plain):
    assert markdown(page(written)) == plain


@pytest.mark.parametrize(
    "written, call",
    [
        (f"```{{quiz}} {COMMIT.id}\n```", f'quiz("{CHAPTER}", "{COMMIT.id}")'),
        ("```{quiz}\n:part: closing\n```", f'quiz("{CHAPTER}", part="closing")'),
    ],
)
def test_a_quiz_becomes_a_cell_between_the_text_around_it(page, written, call):
    made = json.loads(convert(page(f"Before.\n\n{written}\n\nAfter.")))["cells"][1:]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in made] == [
        ("code", "from unionstate.quiz import quiz"),
        ("markdown", "Before."),
        ("code", call),
        ("markdown", "After."),
    ]


def test_citations_become_links_and_a_numbered_list_in_order(page):
    made = "\n".join(
        cells(convert(page(
            "A {footcite}`udf2016article`.\n\nB {footcite}`un2022resolution,udf2016article`.\n\n"
            "```{footbibliography}\n```"
        )))
    )  # fmt: skip
    assert re.search(r"A \(\[.* 2016\]\(https://udf\S+\)\)\.", made) and made.count("](https://udf") == 2
    assert re.findall(r"^(\d)\. .*<(https?://\S+)>", made, flags=re.MULTILINE)[0][1].startswith("https://udf")
    assert len(re.findall(r"^\d\. ", made, flags=re.MULTILINE)) == 2


def test_the_notes_at_the_end_hold_what_the_links_show(page):
    notes = "\n".join(cells(convert(page("{sentence}`2.1`, {para}`0`, {sentence}`2.1` and {term}`claim`.")))[2:])
    assert notes.count("### ") == 2
    assert f"### Sentence 2.1\n\n{the_article().quote('2.1')[0]}" in notes
    assert f"### Paragraph 0\n\n{' / '.join(the_article().quote('0'))}" in notes
    assert f"## Words\n\n- **claim**: {glossary()['claim']}" in notes


def test_in_a_published_book_links_lead_there_and_no_notes_are_needed(page, monkeypatch):
    published = Settings("The Book", "", "main", "", "https://me.example/book/")
    monkeypatch.setattr("unionstate.notebooks.read_settings", lambda: published)
    top, text = cells(convert(page("{para}`3`, {sentence}`3.2` and a {term}`claim`.")))
    base = "https://me.example/book/chapters"
    assert "[The Book](https://me.example/book/)" in top
    article = f"{base}/the-article.html"
    assert text == f"[¶3]({article}#p3), [¶3.2]({article}#s3-2) and a [claim]({base}/glossary.html)."


@pytest.mark.parametrize("published", ["", "https://me.example/book/"])
def test_links_to_other_pages_lead_to_their_notebook_or_to_the_book(monkeypatch, published):
    monkeypatch.setattr("unionstate.notebooks.read_settings", lambda: Settings("The Book", "", "main", "", published))
    linked = "\n".join(cells(convert(chapters_path() / "an-article-to-take-apart.md")))
    leads_to = f"{published}chapters/{CHAPTER}.html" if published else f"{CHAPTER}.ipynb"
    assert re.search(rf"\[next\s+chapter\]\({re.escape(leads_to)}\)", linked)


@pytest.mark.parametrize(
    "body, mark, said",
    [
        ("One.\n\n{ref}`here`", "{ref}", "The role 'ref' has no plain form. Use the constructs listed in CONTR"),
        ("% a remark\nOne {py:func}`x`", "{py", "The role 'py:func' has no plain form"),
        ("One.\n\n```{figure} a.png\n```", "```{figure}", "The directive 'figure' has no plain form"),
        ("```{py:function} f\n```", "```{py", "The directive 'py:function' has no plain form"),
        ("``` {figure} a.png\n```", "``` {fig", "The directive 'figure' has no plain form"),
        ("- One\n\n  ```{note}\n  Two\n  ```", "  ```{note}", "A directive inside a list or a quotation"),
        ("> ```{note}\n> Two\n> ```", "> ```{note}", "A directive inside a list or a quotation"),
        ("```{note}\n:class: tip\nTwo\n```", ":class:", "An option of 'note' has no plain form"),
        ("```{note}\n:::{quiz} stamp-twin\n:::\n```", "```{note}", "A quiz inside 'note' has no plain form"),
        ("\n\nOne.\n\n(here)=\n## Two", "(here)=", "A target '(name)=' has no plain form"),
        ("One.\n\n```{note}\nTwo.", "```{note}", "A fence is not closed"),
        ("One.\n\n```python\nx", "```python", "A fence is not closed"),
        ("One\n{para}`8`", "{para}", "no paragraph ¶8"),
        ("One\n{sentence}`3.9`", "{sentence}", "no sentence '3.9'"),
        ("One\n\n```{quote-article} 3.9\n```", "```{quote", "no sentence '3.9'"),
        ("{value}`claims.cuont`", "{value}", "Did you mean 'claims.count'?"),
        ("{footcite}`udf2016articel`", "{footcite}", "Did you mean 'udf2016article'?"),
        ("{term}`pendulums`", "{term}", "'pendulums' is not in the glossary"),
        ("```{quiz} stamp-twim\n```", "```{quiz}", "Did you mean 'stamp-twin'?"),
        ("```{quiz}\n:part: end\n```", "```{quiz}", "There is no part 'end'"),
        ("Text.\n\n```{recall} zzz\n```", "```{recall}", "There is no item 'zzz'"),
        ("One.\n\n```{note}\nTwo\n\n{para}`8`\n```", "{para}", "no paragraph ¶8"),
        ("```{code-cell} python\n1 + 1\n```\n\nOne.\n\n{para}`8`", "{para}", "no paragraph ¶8"),
    ],
)
def test_what_has_no_plain_form_is_told_with_file_and_line(page, body, mark, said):
    source = page(body)
    text = source.read_text(encoding="utf-8")
    line = text[: text.index(mark)].count("\n") + 1
    with pytest.raises(CourseError) as caught:
        convert(source)
    assert str(caught.value).startswith(f"{source}:{line}: ") and said in str(caught.value)


def test_options_of_a_cell_that_are_no_yaml_are_told_with_the_file(page):
    source = page("```{code-cell} python\n:tags: [a\n1\n```")
    with pytest.raises(CourseError) as caught:
        convert(source)
    assert str(caught.value).startswith(f"{source}: Code cell") and "Check the options" in str(caught.value)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    write_notebooks(folder, archive=True)
    return folder


def test_notebooks_are_written_with_their_tables(written):
    assert {file.name: file.read_text(encoding="utf-8") for file in written.glob("*.ipynb")} == MADE
    tables = {file.name: file.read_bytes() for file in (written / "data").iterdir()}
    assert tables == {file.name: file.read_bytes() for file in data_path("").iterdir()}
    assert not list(written.rglob("*.part"))


def test_writing_again_changes_nothing_and_drops_what_is_no_longer_made(written):
    before = (written / ARCHIVE).read_bytes()
    (written / "old-chapter.ipynb").write_text("{}")
    assert [file.name for file in write_notebooks(written, archive=True)] == sorted(MADE)
    assert not (written / "old-chapter.ipynb").exists()
    assert (written / ARCHIVE).read_bytes() == before


def test_the_archive_works_on_its_own_and_holds_no_solution(written, tmp_path):
    with zipfile.ZipFile(written / ARCHIVE) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "pendulum"
    assert {file.name for file in folder.glob("*.ipynb")} == MADE.keys()
    assert (folder / "requirements.txt").is_file() and (folder / "README.md").is_file()
    held = [file for file in folder.rglob("*") if file.suffix in {".md", ".ipynb", ".yml", ".py"}]
    assert not [file for file in held if "[solution" in file.read_text(encoding="utf-8") and file.suffix != ".py"]
    asked = (
        "import unionstate, unionstate.paths\n"
        "from unionstate.article import the_article\n"
        "from unionstate.exercises import check\n"
        "from unionstate.quiz import quiz\n"
        f"print(unionstate.paths.course_root(), len(the_article().sentences), check('1a').total)\n"
        f"print(quiz('{CHAPTER}').html[:5])"
    )
    run = subprocess.run(
        [sys.executable, "-c", asked], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert run.stdout.split()[0] == str(folder / "unionstate" / "_course"), run.stderr
    assert run.stdout.split()[1:] == [str(len(the_article().sentences)), "1", "<form"]


def test_the_glossary_holds_every_term_of_its_page():
    page = (course_root() / "chapters" / "glossary.md").read_text(encoding="utf-8")
    assert len(glossary()) == len(re.findall(r"^(?=\S)(?![#`]).*\n {2}", page, flags=re.MULTILINE)) > 5
    assert all(definition.endswith(".") for definition in glossary().values())
