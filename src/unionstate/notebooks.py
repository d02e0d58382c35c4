"""Turns chapters and exercises into learner notebooks: plain .ipynb files in which nothing of MyST is left.

The chapter is split into cells by jupytext. In its Markdown cells every role and directive of the list in
CONTRIBUTING.md becomes ordinary Markdown; anything else of MyST is an error with file and line.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from unionstate import bibliography
from unionstate.article import the_article
from unionstate.errors import CourseError
from unionstate.exercises.checks import load_checks
from unionstate.exercises.source import load_exercise, parameter_text, parameters_code
from unionstate.exercises.variants import Variant
from unionstate.frontmatter import Chapter, Exercise, Setting, read_contract
from unionstate.myst_reader import MystMetadataParsingError, myst_to_notebook, nbformat
from unionstate.paths import chapters_path, course_root, exercises_path
from unionstate.quiz.load import find_recalled, load_chapter_quiz
from unionstate.quiz.select import select_items
from unionstate.settings import Settings, read_settings
from unionstate.values import compute

ARCHIVE = "notebooks.zip"
_DIRECTIVE = re.compile(r"(?P<marks>`{3,}|:{3,}|~{3,})[ \t]*\{(?P<name>[\w:.-]+)\}[ \t]*(?P<argument>.*)")
_CODE_FENCE = re.compile(r"(?P<marks>`{3,}|~{3,})(?![ \t]*\{).*")
_OPTION = re.compile(r":(?P<name>[\w-]+):[ \t]*(?P<value>.*)")
# A role, or a code span in which nothing is a role.
_ROLE_OR_CODE = re.compile(
    r"\{(?P<name>[a-zA-Z][\w:.-]*)\}`(?P<text>[^`]+)`|(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))",
    re.DOTALL,
)
_TITLED = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
_PAGE_LINK = re.compile(r"(?<=\]\()(?P<target>[\w./-]+)\.md(?=[)#])")
_ADMONITIONS = {"note", "tip", "important", "warning"}


@dataclass
class _Page:
    """What the conversion of one page carries along."""

    file: Path
    name: str
    contract: Chapter | Exercise
    settings: Settings
    parameters: dict[str, Setting] = field(default_factory=dict)
    assigned: bool = False
    cited: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)


def write_notebooks(folder: Path, *, archive: bool = False) -> list[Path]:
    """Write every chapter and exercise as a notebook, and the tables they read beside them.

    Args:
        folder: where to write; the tables go into ``data/`` below it.
        archive: also pack all of it into one zip file.

    Returns:
        The notebooks.

    Raises:
        CourseError: with file and line, if a page uses something that has no plain form.
    """
    sources = [*sorted(chapters_path().glob("*.md")), *sorted(exercises_path().glob("*/exercise.md"))]
    made = {notebook_name(source): text for source in sources if (text := convert(source)) is not None}
    folder.mkdir(parents=True, exist_ok=True)
    for stale in set(folder.glob("*.ipynb")) - {folder / name for name in made}:
        stale.unlink()
    for name, text in made.items():
        _write_atomically(folder / name, text.encode())
    (folder / "data").mkdir(exist_ok=True)
    tables = [*sorted((chapters_path() / "data").glob("*.csv")), chapters_path() / "data" / "datapackage.json"]
    for stale in set((folder / "data").iterdir()) - {folder / "data" / table.name for table in tables}:
        stale.unlink()
    for table in tables:
        _write_atomically(folder / "data" / table.name, table.read_bytes())
    if archive:
        _pack(folder, sorted(made))
    return [folder / name for name in sorted(made)]


def notebook_name(source: Path) -> str:
    """The file name of a page's notebook: the page's own name, for an exercise that of its folder."""
    return f"{source.parent.name if source.name == 'exercise.md' else source.stem}.ipynb"


def convert(
    source: Path, *, solution: bool = False, variant: Variant | None = None, assigned: bool = False
) -> str | None:
    """One page as the text of a notebook; None for a page that is neither chapter nor exercise.

    Args:
        source: the MyST file.
        solution: for an exercise, put the solutions in place of the starters.
        variant: of an exercise; by default the book's.
        assigned: for an exercise, make a student's copy: it names its variant in its metadata, and it links to
            nothing that does not lie beside it.

    Raises:
        CourseError: with file and line, if the page uses something that has no plain form.
    """
    contract = read_contract(source)
    if contract is None:
        return None
    parameters: dict[str, Setting] = {}
    if isinstance(contract, Exercise) and source.is_relative_to(exercises_path()):
        exercise = load_exercise(source.parent.name)
        parameters = exercise.defaults | (variant.parameters if variant else {})
    name = Path(notebook_name(source)).stem
    page = _Page(source, name, contract, read_settings(), parameters, assigned)
    text = source.read_text(encoding="utf-8")
    try:
        read = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as problem:
        raise CourseError(f"{problem}.", file=source, remedy="Check the options of the cell.") from None
    lines = text.splitlines()
    cells = [_note_at_the_top(page)]
    for cell, line in zip(read.cells, read.metadata["source_map"], strict=True):
        tags = set(cell.metadata.get("tags", []))
        if ("solution" in tags and not solution) or ("starter" in tags and solution):
            continue
        if cell.cell_type == "code":
            cells.append(_code(parameters_code(cell.source, parameters) if "parameters" in tags else cell.source))
        else:
            while not lines[line].strip():  # jupytext strips these lines and does not count them
                line += 1
            cells += _convert_markdown(cell.source, page, line + 1)
    if any(cell.source.startswith("quiz(") for cell in cells if cell.cell_type == "code"):
        cells.insert(1, _code("from unionstate.quiz import quiz"))
    cells += _notes(page)
    notebook = nbformat.v4.new_notebook(
        cells=[cell for cell in cells if cell.source.strip()],
        metadata={
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            **({"unionstate": {"exercise": name, "variant": variant.token if variant else ""}} if assigned else {}),
        },
    )
    for place, cell in enumerate(notebook.cells):
        cell.id = f"{page.name[:50]}-{place}"  # not random: the same source gives the same file
    nbformat.validate(notebook)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def _code(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source)


def _markdown(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source.strip())


def _note_at_the_top(page: _Page) -> nbformat.NotebookNode:
    """Where the notebook comes from, and what it needs; the title follows from the page itself."""
    kind = "a chapter" if isinstance(page.contract, Chapter) else "an exercise"
    book = page.settings.title
    if page.settings.published:
        book = f"[{book}]({page.settings.published})"
    if page.assigned:
        return _markdown(
            f"*This notebook is your own copy of an exercise of {book}: some years, countries or limits in it may "
            "differ from the book's and from those of others. It needs the folder `data` and the file `checks.json` "
            "beside it and the course's package `unionstate`. Run the cells from top to bottom: Shift+Enter. Keep the "
            "names that the text asks for. Hand in this notebook.*"
        )
    return _markdown(
        f"*This notebook is {kind} of {book}, in a form to run. It needs the folder `data` beside it and the "
        "course's package `unionstate`; Binder has both. Run the cells from top to bottom: Shift+Enter.*"
    )


def _convert_markdown(text: str, page: _Page, line: int) -> list[nbformat.NotebookNode]:
    """A Markdown cell as one or more plain cells: quizzes become code cells of their own."""
    cells: list[nbformat.NotebookNode] = []
    kept: list[str] = []

    def close() -> None:
        if "\n".join(kept).strip():
            cells.append(_markdown("\n".join(kept)))
        kept.clear()

    lines = text.split("\n")
    place = 0
    while place < len(lines):
        current = lines[place]
        fence = _DIRECTIVE.fullmatch(current) or _CODE_FENCE.fullmatch(current)
        if fence is None:
            start = place
            while place < len(lines) and not (
                _DIRECTIVE.fullmatch(lines[place]) or _CODE_FENCE.fullmatch(lines[place])
            ):
                place += 1
            kept.append(_convert_text("\n".join(lines[start:place]), page, line + start))
            continue
        end = place + 1
        while end < len(lines) and lines[end].strip() != fence["marks"]:
            end += 1
        if end == len(lines):
            raise CourseError("A fence is not closed.", file=page.file, line=line + place)
        if "name" not in fence.groupdict():
            kept.extend(lines[place : end + 1])
        elif fence["name"] == "quiz":
            close()
            cells.append(_code(_quiz_call(fence["argument"], lines[place + 1 : end], page, line + place)))
        else:
            kept.append(_convert_directive(fence, lines[place + 1 : end], page, line + place))
        place = end + 1
    close()
    return cells


def _convert_directive(fence: re.Match[str], body: list[str], page: _Page, line: int) -> str:
    name, argument = fence["name"], fence["argument"].strip()
    if name == "quote-article":
        try:
            texts = [text for reference in argument.split() for text in the_article().quote(reference)]
        except KeyError as problem:
            raise CourseError(str(problem.args[0]), file=page.file, line=line) from None
        links = ", ".join(_article_link(reference, page, line) for reference in argument.split())
        return f"> {' '.join(texts)}\n>\n> — {links}"
    if name == "recall":
        try:
            _, item = find_recalled(argument)
        except CourseError as problem:
            raise CourseError(str(problem), file=page.file, line=line) from None
        return f"*Look back at your answer to “{item.prompt}”*"
    if name == "footbibliography":
        return bibliography.as_markdown(page.cited)
    if name not in _ADMONITIONS | {"hint-step"}:
        raise CourseError(
            f"The directive '{name}' has no plain form.",
            file=page.file,
            line=line,
            remedy="Use the constructs listed in CONTRIBUTING.md.",
        )
    if body and _OPTION.fullmatch(body[0]):
        raise CourseError(
            f"An option of '{name}' has no plain form.", file=page.file, line=line + 1, remedy="Delete it."
        )
    cells = _convert_markdown("\n".join(body), page, line + 1)
    if any(cell.cell_type == "code" for cell in cells):
        raise CourseError(
            f"A quiz inside '{name}' has no plain form.", file=page.file, line=line, remedy="Move it out."
        )
    inner = "\n\n".join(cell.source for cell in cells)
    if name == "hint-step":
        return f"<details>\n<summary>{argument}</summary>\n\n{inner}\n\n</details>"
    title = argument or name.capitalize()
    return "\n".join(["> " + part if part else ">" for part in f"**{title}**\n\n{inner}".split("\n")])


def _quiz_call(argument: str, body: list[str], page: _Page, line: int) -> str:
    """The code of a quiz cell; the items are looked up now, so that a wrong id fails here and not in class."""
    options = {found["name"]: found["value"] for text in body if (found := _OPTION.fullmatch(text.strip()))}
    ids, part = argument.split(), options.get("part")
    if bool(ids) == bool(part):
        raise CourseError("quiz: give item ids, or ':part:', not both.", file=page.file, line=line)
    try:
        select_items(load_chapter_quiz(_chapter(page)), ids, part)
    except CourseError as problem:
        raise CourseError(str(problem), file=page.file, line=line) from None
    arguments = [_chapter(page), *ids]
    call = ", ".join([json.dumps(one) for one in arguments] + ([f"part={json.dumps(part)}"] if part else []))
    return f"quiz({call})"


def _convert_text(text: str, page: _Page, line: int) -> str:
    """Prose with its roles resolved; comments of MyST are dropped, its targets refused."""
    for offset, one in enumerate(text.split("\n")):
        if re.fullmatch(r"\([\w-]+\)=", one.strip()):
            raise CourseError(
                "A target '(name)=' has no plain form.",
                file=page.file,
                line=line + offset,
                remedy="Link to the page with {doc}.",
            )
        if re.match(r"[ \t>*+\d.)-]*" + _DIRECTIVE.pattern, one):
            raise CourseError(
                "A directive inside a list or a quotation has no plain form.",
                file=page.file,
                line=line + offset,
                remedy="Start it at the beginning of a line.",
            )
    # comments: emptied now and dropped below, so that every line keeps its number
    text = re.sub(r"^%.*", "%", text, flags=re.MULTILINE)

    def resolve(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        at = line + text.count("\n", 0, found.start())
        return _convert_role(found["name"], found["text"], page, at)

    converted = _ROLE_OR_CODE.sub(resolve, text)
    converted = "\n".join(one for one in converted.split("\n") if not one.startswith("%"))
    return _PAGE_LINK.sub(lambda link: _page_address(link["target"], page) or "#", converted)


def _convert_role(name: str, text: str, page: _Page, line: int) -> str:
    titled = _TITLED.fullmatch(text)
    title, target = (titled["title"], titled["target"]) if titled else (text, text)
    if name in {"para", "sentence"}:
        return _article_link(text, page, line)
    if name == "value":
        try:
            return compute(text)
        except KeyError as problem:
            raise CourseError(str(problem.args[0]), file=page.file, line=line) from None
    if name == "param":
        try:
            return parameter_text(text, page.parameters)
        except KeyError as problem:
            raise CourseError(str(problem.args[0]), file=page.file, line=line) from None
    if name == "footcite":
        links = []
        for key in text.split(","):
            links.append(bibliography.short_link(key.strip(), file=page.file, line=line))
            if key.strip() not in page.cited:
                page.cited.append(key.strip())
        return f"({'; '.join(links)})"
    if name == "term":
        if target.casefold() not in glossary():
            raise CourseError(f"{target!r} is not in the glossary.", file=page.file, line=line)
        if target not in page.terms:
            page.terms.append(target)
        return f"[{title}]({_book_address('chapters/glossary', page) or '#Words'})"
    if name == "doc":
        address = _page_address(target, page)
        return f"[{title}]({address})" if address else f"*{title}*"
    raise CourseError(
        f"The role '{name}' has no plain form.",
        file=page.file,
        line=line,
        remedy="Use the constructs listed in CONTRIBUTING.md.",
    )


def _article_link(reference: str, page: _Page, line: int) -> str:
    """``3`` or ``3.2`` as a link to the book's article page, or to the notes at the end of the notebook."""
    try:
        the_article().quote(reference)
    except KeyError as problem:
        raise CourseError(str(problem.args[0]), file=page.file, line=line) from None
    if reference not in page.quoted:
        page.quoted.append(reference)
    anchor = f"s{reference.replace('.', '-')}" if "." in reference else f"p{reference}"
    published = _book_address("chapters/the-article", page)
    target = f"{published}#{anchor}" if published else "#" + _note_heading(reference).replace(" ", "-")
    return f"[¶{reference}]({target})"


def _note_heading(reference: str) -> str:
    return f"Sentence {reference}" if "." in reference else f"Paragraph {reference}"


def _notes(page: _Page) -> list[nbformat.NotebookNode]:
    """While the book has no address: what its links would have shown, at the end of the notebook."""
    if page.settings.published:
        return []
    cells = []
    if page.quoted:
        notes = [f"### {_note_heading(one)}\n\n{' / '.join(the_article().quote(one))}" for one in sorted(page.quoted)]
        cells.append(_markdown("\n\n".join(["## Notes: the article", *notes])))
    if page.terms:
        words = [f"- **{term}**: {glossary()[term.casefold()]}" for term in sorted(page.terms, key=str.casefold)]
        cells.append(_markdown("\n".join(["## Words", "", *words])))
    return cells


def _chapter(page: _Page) -> str:
    return page.name if isinstance(page.contract, Chapter) else page.contract.chapter


def _book_address(docname: str, page: _Page) -> str:
    return f"{page.settings.published}{docname}.html" if page.settings.published else ""


def _page_address(target: str, page: _Page) -> str:
    """The address of another page: in the published book, else its notebook beside this one, else nothing."""
    folder = page.file.relative_to(course_root()).parent
    joined = target.lstrip("/") if target.startswith("/") else os.path.normpath(folder / target).replace(os.sep, "/")
    if page.settings.published:
        return _book_address(joined, page)
    if page.assigned:
        return ""
    source = course_root() / f"{joined}.md"
    return notebook_name(source) if source.is_file() and read_contract(source) else ""


@cache
def glossary() -> dict[str, str]:
    """The glossary's definitions by term in lower case."""
    text = (chapters_path() / "glossary.md").read_text(encoding="utf-8")
    block = re.search(r"^```\{glossary\}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    entries = re.findall(r"^(\S.*)\n((?:[ ]{2,}.*\n?)+)", block[1] if block else "", flags=re.MULTILINE)
    return {term.strip().casefold(): " ".join(definition.split()) for term, definition in entries}


def _pack(folder: Path, names: list[str]) -> None:
    """One zip with everything a learner needs away from Binder: notebooks, tables, the package, how to start."""
    root = course_root()
    package = Path(__file__).parent
    files = {name: folder / name for name in names}
    files |= {f"data/{table.name}": table for table in sorted((folder / "data").iterdir())}
    files |= {
        f"unionstate/{file.relative_to(package).as_posix()}": file
        for file in sorted(package.rglob("*"))
        if file.is_file() and file.suffix != ".pyc" and "book" not in file.relative_to(package).parts[:1]
    }
    # the course's texts that the package reads; no exercise source, since it holds the solutions, and no hidden check
    for pattern in (
        "_config.yml",
        "seeds/*.txt",
        "chapters/*.bib",
        "chapters/glossary.md",
        "chapters/data/*",
        "chapters/quizzes/*",
    ):
        for file in sorted(root.glob(pattern)):
            files[f"unionstate/_course/{file.relative_to(root).as_posix()}"] = file
    texts = {
        f"unionstate/_course/exercises/{file.parent.name}/{file.name}": _public_checks(file)
        for file in sorted(exercises_path().glob("*/checks.yml"))
    }
    files["requirements.txt"] = root / "requirements" / "learner.txt"
    files["LICENSE"] = root / "LICENSE"
    files["README.md"] = root / "binder" / "README.md"
    with (
        tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part,
        zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        contents = {name: file.read_bytes() for name, file in files.items()} | texts
        for name, content in contents.items():
            # a fixed date: the same sources give the same archive
            entry = zipfile.ZipInfo(f"pendulum/{name}", (2016, 2, 25, 0, 0, 0))
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    os.chmod(part.name, 0o644)
    os.replace(part.name, folder / ARCHIVE)


def _public_checks(file: Path) -> bytes:
    """A file of checks as learners may have it."""
    content = load_checks(file).for_learners()
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120).encode()


def _write_atomically(target: Path, content: bytes) -> None:
    """Write a file so that a reader, or an interruption, sees the old one or the new one whole."""
    with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".part", delete=False) as part:
        part.write(content)
    os.chmod(part.name, 0o644)
    os.replace(part.name, target)
