"""How a typed answer is read: the numbers it can mean, and a text without what does not matter.

``static/quiz.js`` does the same; tests/quiz/test_parity.py compares the two.
"""

from __future__ import annotations

import re
import unicodedata

_GROUPED = (  # a group of thousands, and what may separate the decimals then
    re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?"),
    re.compile(r"[0-9]{1,3}(?:'[0-9]{3})+(?:[.,][0-9]+)?"),
    re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"),
    re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?"),
)
_PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+")


def read_numbers(text: str, units: list[str]) -> list[float]:
    """The numbers a typed text can mean, none if it is no number.

    ``1,234.5``, ``1 234,5``, ``1.234,5`` and ``1'234.5`` are one number. ``1,234`` may be a thousand or a little
    more than one: both are given, and an answer is right if either is. A sign and a unit may stand with the number.

    Args:
        text: what was typed.
        units: spellings of the unit in lower case, longest first.
    """
    text = _without("Cf", unicodedata.normalize("NFKC", text)).lower()
    text = re.sub("[\u2212\u2010-\u2014]", "-", text).replace("\u2019", "'")
    text = re.sub(r"[ \t\n\r\f\v]+", " ", text).strip(" ")
    for unit in units:
        if text.endswith(unit):
            text = text[: -len(unit)].strip(" ")
            break
        if text.startswith(unit):
            text = text[len(unit) :].strip(" ")
            break
    sign = -1.0 if text.startswith("-") else 1.0
    text = text[1:].strip(" ") if text[:1] in ("-", "+") else text
    found: list[float] = []
    for place, pattern in enumerate(_GROUPED):
        if pattern.fullmatch(text):
            separator = " ',."[place]
            found.append(float(text.replace(separator, "").replace(",", ".")))
    if _PLAIN.fullmatch(text):
        found.append(float(text.replace(",", ".")))
    return list(dict.fromkeys(sign * number for number in found if number < 1e300))


def normalized(text: str) -> str:
    """A text in lower case, without accents and punctuation, its words separated by one space."""
    letters = _without("Cf", _without("M", unicodedata.normalize("NFKD", text)))
    kept = "".join(char if unicodedata.category(char)[0] in "LN" else " " for char in letters.lower())
    return re.sub(" +", " ", kept).strip(" ")


def _without(kind: str, text: str) -> str:
    """The text without characters of a category: M are accents, Cf is unseen (direction marks, soft hyphens)."""
    return "".join(char for char in text if not unicodedata.category(char).startswith(kind))


def is_near(text: str, other: str) -> bool:
    """Whether two normalized texts differ by one letter put in, left out or changed; by two if long (8 and more)."""
    allowed = 2 if len(other) >= 8 else 1
    if abs(len(text) - len(other)) > allowed:
        return False
    row = list(range(len(other) + 1))
    for number, char in enumerate(text, start=1):
        before, row = row, [number]
        for place, wanted in enumerate(other):
            row.append(min(before[place] + (char != wanted), before[place + 1] + 1, row[place] + 1))
    return row[-1] <= allowed
