"""The standards of prose that a program can check: dates, names, loaded words, filler, questions in a row, length."""

from __future__ import annotations

import re
from dataclasses import dataclass

from unionstate.book.prose import Prose, Sentence
from unionstate.errors import CourseError

LONGEST_SENTENCE = 50  # words
_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|"
    "Nov(?:ember)?|Dec(?:ember)?)"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’")


@dataclass(frozen=True)
class Rule:
    """Words that do not belong into the prose, why, and what to do.

    Attributes:
        pattern: what to look for.
        said: what is wrong.
        remedy: what to write instead.
        quoted: whether it is wrong inside quotation marks too.
        essay: whether it is wrong in running text only; a task or an option of a quiz may use it.
    """

    pattern: re.Pattern[str]
    said: str
    remedy: str
    quoted: bool = False
    essay: bool = False


def _words(
    words: str, said: str, remedy: str, *, quoted: bool = False, case: bool = False, essay: bool = False
) -> Rule:
    return Rule(re.compile(rf"\b(?:{words})\b", 0 if case else re.IGNORECASE), said, remedy, quoted, essay)


RULES = (
    Rule(
        re.compile(
            rf"\b{_MONTH}\.? \d{{1,2}}(?:[snrt][tdh])?,? \d{{4}}\b|\b\d{{1,2}}(?:[snrt][tdh]) (?:of )?{_MONTH}\b|"
            r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[/.]\d{1,2}[/.]\d{4}\b|"
            r"\b\d{1,2} (?:Jan|Feb|Mar|Apr|Aug|Sept?|Oct|Nov|Dec)\b"
        ),
        "A date in another form",
        "Write 25 February 2016.",
    ),
    _words(
        "dictators?|dictatorial|strongm[ae]n|puppets?|vassals?|satellite states?|near abroad|ultimatums?|junta|"
        "anschluss|brotherly|fraternal|so-called|Russophobi[ac]|sister nations?|special military operation|"
        "Putin regime|Lukashenk[ao](?:['’]s)? regime|Kremlin regime|Minsk regime|regime in (?:Minsk|Moscow|Kyiv)",
        "A loaded word in the book's own voice",
        "Say it in plain words, or quote who says it.",
    ),
    _words(
        "Lukashenko|Lukashenko['’]s|Kiev|Byelorussia|White Russia|the Ukraine|Zelensky",
        "Another spelling of a name",
        "Write Lukashenka, Kyiv, Belarus, Ukraine, Zelenskyy; quote the other spelling.",
        case=True,
    ),
    _words(
        "(?<!the )very|obviously|needless to say|of course|basically|it is important to note|it should be noted|"
        "it is worth noting|in order to|utili[sz]e[sd]?|delv(?:e|es|ed|ing)|crucially|arguably|myriad|plethora",
        "A word that says nothing",
        "Take it out, or say how much.",
        essay=True,
    ),
    _words(
        "cutting-edge|state-of-the-art|world-class|ground-?breaking|innovative|award-winning|comprehensive course|"
        "unique course|language models?|as an AI|AI-generated",
        "The book speaks of itself",
        "Say what a reader can do, or take it out.",
        quoted=True,
    ),
    _words(
        "analyz(?:e|es|ed|ing)|behavior|colors?|centers?|defense|favor(?:s|ed|able)?|labor|neighbors?|neighboring|"
        "percent|organiz(?:e|es|ed|ation|ations|ing)|recogniz(?:e|es|ed|ing)|rubles?|percentage wise|gray|"
        "theater|catalog|canceled|traveled|toward",
        "Another spelling than in the rest of the book",
        "Write British English: analyse, per cent, rouble, organisation, towards.",
        case=True,
    ),
    Rule(re.compile(r"\b(\w+) \1\b(?<!that that)(?<!had had)", re.IGNORECASE), "A word stands twice", "Take one out."),
    Rule(re.compile(r"[^\W\d] --? ?[^\W\d]"), "A hyphen for a dash", "Use a comma, a colon or brackets."),
    Rule(
        re.compile(r"(?<![\w./:)\]-])/(?:[\w.-]+/)+|~/"),
        "A path of somebody's machine",
        "Name the file inside the course.",
        True,
    ),
)  # fmt: skip


def find_faults(page: Prose, *, essay: bool = True) -> list[CourseError]:
    """Everything on a page that breaks the standards, with file, line and remedy.

    Args:
        page: the page.
        essay: whether it is running text; False for exercises and quizzes, which may ask two questions in a row.
    """
    errors = []
    for sentence in page.sentences:
        # a blank in place of a role, so that the words around it do not become neighbours
        errors += [_error(page, sentence, said, remedy) for said, remedy in _faults(sentence, essay)]
    for before, after in zip(page.sentences, page.sentences[1:], strict=False) if essay else ():
        if before.paragraph == after.paragraph and before.block != "row" and _asks(before) and _asks(after):
            errors.append(_error(page, after, "Two questions in a row", "Ask one, or answer the first."))
    return errors


def _faults(sentence: Sentence, essay: bool) -> list[tuple[str, str]]:
    own = _QUOTED.sub(" “…” ", sentence.spaced)
    found = []
    for rule in RULES:
        hit = rule.pattern.search(sentence.spaced if rule.quoted else own)
        if hit and (essay or not rule.essay):
            found.append((f"{rule.said}: {hit[0].strip()!r}", rule.remedy))
    words = len(re.findall(r"\w[\w’'-]*", sentence.text))
    if sentence.block in {"paragraph", "item", "quote"} and words > LONGEST_SENTENCE:
        found.append((f"A sentence of {words} words", f"Cut it: at most {LONGEST_SENTENCE}."))
    return found


def _asks(sentence: Sentence) -> bool:
    return sentence.block == "paragraph" and sentence.text.rstrip("”\"' ").endswith("?")


def _error(page: Prose, sentence: Sentence, said: str, remedy: str) -> CourseError:
    text = sentence.shown if len(sentence.shown) < 100 else sentence.shown[:99] + "…"
    return CourseError(f"{said} in “{text}”.", file=page.file, line=sentence.line, remedy=remedy)
