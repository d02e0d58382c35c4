"""Reads a page as its readers do: sentence by sentence, parsed by MyST, with every role that stands in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from unionstate.errors import CourseError

_PARSER = create_md_parser(
    MdParserConfig(enable_extensions={"colon_fence", "deflist", "dollarmath"}),  # as in _config.yml
    RendererHTML,
)
_DIRECTIVE = re.compile(r"\{(?P<name>[\w:.-]+)\}[ \t]*(?P<argument>.*)")
_WITH_PROSE = {"note", "tip", "important", "warning", "hint-step"}
_TITLED = re.compile(r"(?P<title>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
# A role or a piece of code is one character while sentences are cut: of a note (after a full stop it belongs to the
# sentence before), or of anything else (after a full stop it opens the next sentence).
_FIRST_NOTE, _FIRST_OTHER, _LAST = 0xE000, 0xE800, 0xF000
_NOTE, _OTHER = f"[{chr(_FIRST_NOTE)}-{chr(_FIRST_OTHER - 1)}]", f"[{chr(_FIRST_OTHER)}-{chr(_LAST)}]"
_END = re.compile(rf"[.!?…][\"”’')\]]*(?:\s*{_NOTE})*(?=\s+(?:[“\"‘'(\[]*[A-Z0-9¶]|[“\"‘'(\[]*{_OTHER}))")
_SHORT_FORM = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|[A-Z]\.[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|vs|cf|e\.g|i\.e|eg|ie|pp?|ed|eds|approx|ca)\.$"
)
_ANY = re.compile(f"{_NOTE}|{_OTHER}")


@dataclass(frozen=True)
class Mention:
    """A role, a piece of code, a footnote or a quotation of the article: what kind, of what, where.

    Attributes:
        kind: the role's name, or ``code``, ``math``, ``footnote`` or ``quote-article``.
        target: what it names, for example ``3.2`` or a key of the bibliography.
        shown: what a reader sees of it, as far as the source says.
        line: the line in the file.
    """

    kind: str
    target: str
    shown: str
    line: int


@dataclass(frozen=True)
class Sentence:
    """One sentence of a page; a row of a table and a definition's head count as one each.

    Attributes:
        text: the words that the author typed; of a role the words it shows, nothing of code, formulas and values.
        shown: the same with code and with ``{value}`` for a value, for messages.
        spaced: the same with "¦" for a role, so that the words around it do not become neighbours.
        line: where it begins in the file.
        paragraph: the number of its paragraph, entry, row or heading on the page.
        section: the heading it stands under, "" before the first.
        block: ``paragraph``, ``item``, ``row``, ``head`` (a table's), ``quote``, ``heading`` or ``definition``.
        mentions: the roles and the code in it.
    """

    text: str
    shown: str
    spaced: str
    line: int
    paragraph: int
    section: str
    block: str
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True)
class Prose:
    """A page as prose.

    Attributes:
        file: the source.
        title: its first heading.
        sentences: in the order of the page.
        notes: the mentions inside each footnote, by its label.
    """

    file: Path
    title: str
    sentences: tuple[Sentence, ...]
    notes: dict[str, tuple[Mention, ...]]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """All mentions of the page."""
        return tuple(one for sentence in self.sentences for one in sentence.mentions)


@dataclass
class _Reader:
    section: str = ""
    title: str = ""
    sentences: list[Sentence] = field(default_factory=list)
    notes: dict[str, tuple[Mention, ...]] = field(default_factory=dict)
    paragraphs: int = 0

    def add(self, text: str, mentions: list[Mention], line: int, block: str) -> None:
        """Add a sentence: text as ``_flatten`` gives it, with its mentions."""
        typed, shown, spaced = (_restored(text, mentions, form) for form in ("typed", "shown", "spaced"))
        self.sentences.append(
            Sentence(typed, shown, spaced, line, self.paragraphs, self.section, block, tuple(mentions))
        )


def read_prose(file: Path) -> Prose:
    """Read one page.

    Raises:
        CourseError: if the file is missing or not UTF-8.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError:
        raise CourseError("There is no such page.", file=file) from None
    except UnicodeDecodeError:
        raise CourseError("Not UTF-8 text.", file=file, remedy="Save the file as UTF-8.") from None
    return parse_prose(text, file)


def parse_prose(text: str, file: Path) -> Prose:
    """Read a page's text; ``file`` is its name for messages."""
    reader = _Reader()
    _read(_PARSER.parse(text), 0, reader)
    return Prose(file, reader.title, tuple(reader.sentences), reader.notes)


def _read(tokens: list[Token], offset: int, reader: _Reader) -> None:
    """Walk through the blocks; ``offset`` is the line before the first."""
    inside: list[str] = []
    row: list[Token] = []
    for token in tokens:
        kind = token.type
        if kind.endswith("_open"):
            inside.append(kind.removesuffix("_open"))
            row = [] if kind == "tr_open" else row
        elif kind.endswith("_close"):
            inside.pop()
            if kind == "tr_close":
                _add_row(row, "head" if "thead" in inside else "row", offset, reader)
        elif kind == "inline":
            line = offset + (token.map[0] if token.map else 0) + 1
            if "tr" in inside:
                row.append(token)
            elif "heading" in inside:
                _add_heading(token, line, reader)
            elif "footnote_reference" in inside:
                label = list(reader.notes)[-1]
                reader.notes[label] += tuple(_flatten(token, line)[1])
            else:
                reader.paragraphs += 1
                _add_sentences(token, line, _block(inside), reader)
        elif kind in {"fence", "colon_fence"} and (found := _DIRECTIVE.fullmatch(token.info.strip())):
            _add_directive(found["name"], found["argument"].strip(), token, offset, reader)
        if kind == "footnote_reference_open":
            reader.notes[str((token.meta or {}).get("label", ""))] = ()


def _block(inside: list[str]) -> str:
    for name, block in (("dt", "definition"), ("blockquote", "quote"), ("list_item", "item"), ("dd", "item")):
        if name in inside:
            return block
    return "paragraph"


def _add_heading(token: Token, line: int, reader: _Reader) -> None:
    text, mentions = _flatten(token, line)
    if not reader.title:
        reader.title = _restored(text, mentions, "shown")
    else:
        reader.section = _restored(text, mentions, "shown")
    reader.add(text, mentions, line, "heading")


def _add_row(cells: list[Token], block: str, offset: int, reader: _Reader) -> None:
    texts, mentions, line = [], [], 0
    for cell in cells:
        line = offset + (cell.map[0] if cell.map else 0) + 1
        text, found = _flatten(cell, line)
        texts.append(text)
        mentions += found
    if cells:
        reader.paragraphs += 1
        reader.add(" | ".join(texts), mentions, line, block)


def _add_directive(name: str, argument: str, token: Token, offset: int, reader: _Reader) -> None:
    line = offset + (token.map[0] if token.map else 0) + 1
    if name in _WITH_PROSE:
        _read(_PARSER.parse(token.content), line, reader)
    elif name == "quote-article" and reader.sentences:
        # the sentence that leads in to a quotation holds it
        quoted = [Mention(name, target, f"¶{target}", line) for target in argument.split()]
        last = reader.sentences[-1]
        reader.sentences[-1] = replace(last, mentions=(*last.mentions, *quoted))


def _add_sentences(token: Token, line: int, block: str, reader: _Reader) -> None:
    text, mentions = _flatten(token, line)
    start = at = 0
    for part in _cut(text):
        held = mentions[at : at + len(_ANY.findall(part))]
        if part.strip():
            lead = len(part) - len(part.lstrip())
            reader.add(part, held, line + text.count("\n", 0, start + lead), block)
        at += len(held)
        start += len(part)


def _cut(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        if text[end.start()] == "." and _SHORT_FORM.search(_ANY.sub("", text[start : end.start() + 1])):
            continue
        yield text[start : end.end()]
        start = end.end()
    yield text[start:]


def _flatten(token: Token, line: int) -> tuple[str, list[Mention]]:
    """The words of a block with one character for each mention, and the mentions in order."""
    parts: list[str] = []
    mentions: list[Mention] = []

    def add(kind: str, target: str, shown: str) -> None:
        note = kind in {"footcite", "footnote"}
        first, room = (_FIRST_NOTE, _FIRST_OTHER - _FIRST_NOTE) if note else (_FIRST_OTHER, _LAST - _FIRST_OTHER)
        parts.append(chr(first + len(mentions) % room))
        mentions.append(Mention(kind, target, shown, line + "".join(parts).count("\n")))

    for child in token.children or []:
        if child.type == "text":
            parts.append(_ANY.sub("", child.content))
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append("\n")
        elif child.type == "code_inline":
            add("code", child.content, child.content)
        elif child.type.startswith("math"):
            add("math", child.content, child.content)
        elif child.type == "footnote_ref":
            add("footnote", str(child.meta.get("label", "")), "")
        elif child.type == "myst_role":
            name = child.meta["name"]
            titled = _TITLED.fullmatch(child.content)
            title, target = (titled["title"], titled["target"]) if titled else (child.content, child.content)
            shown = {
                "para": f"¶{target}",
                "sentence": f"¶{target}",
                "value": "{value}",
                "param": "{param}",
                "footcite": "",
            }.get(name, title)
            add(name, target, " ".join(shown.split()))
    return "".join(parts), mentions


def _restored(text: str, mentions: list[Mention], form: str) -> str:
    """The text with each mention's character replaced by words, as the fields of ``Sentence`` say."""
    left = iter(mentions)

    def words(_found: re.Match[str]) -> str:
        one = next(left)
        if form == "shown" or one.kind in {"term", "doc"}:
            return one.shown
        return "¦" if form == "spaced" and one.kind not in {"footcite", "footnote"} else ""

    return " ".join(_ANY.sub(words, text).split())
