"""Advice on how items are written: what research on multiple-choice items warns of. Advice stops no build.

The rules checked here are among those that Haladyna, Downing and Rodriguez review: T. M. Haladyna, S. M. Downing,
M. C. Rodriguez (2002), A Review of Multiple-Choice Item-Writing Guidelines for Classroom Assessment, Applied
Measurement in Education 15(3), 309-334, doi:10.1207/s15324818ame1503_5.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from itertools import combinations

from unionstate.quiz.items import Choice, Classify, Item, Match, Multiple, Quiz, Single, TrueFalse

LONGER_BY = 1.3  # a right option this many times as long as the longest wrong one gives itself away ...
LONGER_BY_CHARACTERS = 15  # ... unless all are short: "An interpretation" beside "A fact"
MOST_IN_ONE_PLACE = 0.5  # of the right answers of a quiz
MOST_LONGEST = 0.5  # of the right answers of a quiz; chance would give one in the number of options
FEWEST_FOR_PATTERNS = 6  # single items; below that, a pattern is chance
_CATCH_ALL = re.compile(
    r"\b(all|none|both|any|neither)( of)? the above\b|\b(all|none|both|any|neither) of (these|them)\b"
    r"|\ball (the )?(other )?(answers|options)\b|\boptions? \d (and|or) \d\b"
    r"|(?-i:\b[A-I] and [A-I]\b)|\bboth a and b\b",
    re.IGNORECASE,
)
_NEGATIVE = "not|cannot|never|except|none|neither|incorrect|untrue|false|least likely"
_NEGATION = re.compile(rf"(?<!whether or )\b({_NEGATIVE})\b|n[’']t\b", re.IGNORECASE)
_EMPHASIS = re.compile(rf"(\*{{1,2}})[^*]*\b(?i:{_NEGATIVE})\b[^*]*\1|\b({'|'.join(_NEGATIVE.upper().split('|'))})\b")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")
_NUMBER = r"([-−]?\d[\d,]*(?:\.\d+)?)"
_RANGE = re.compile(rf"(?:from |between )?{_NUMBER} ?(?:to|and|–|-) ?{_NUMBER}\b(.*)", re.IGNORECASE)
_MORE = re.compile(rf"(more than|over|above|after|at least|from) {_NUMBER}\b(.*)", re.IGNORECASE)
_LESS = re.compile(rf"(less than|fewer than|under|below|before|at most|up to) {_NUMBER}\b(.*)", re.IGNORECASE)
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Advice:
    """One piece of advice: the item it is about ("" for the whole quiz), what is seen, what to do."""

    item: str
    seen: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.item + ': ' if self.item else ''}{self.seen} {self.remedy}"


def advise(quiz: Quiz) -> list[Advice]:
    """Everything in a quiz that item-writing research warns of, in the order of its items, patterns last."""
    found = [advice for item in quiz.items for advice in _of_item(item)]
    return found + _of_patterns([item for item in quiz.items if isinstance(item, Single)])


def _of_item(item: Item) -> list[Advice]:
    found = []
    texts = _offered(item)
    if isinstance(item, Single):
        right = texts[min(item.right)]
        longest = max(len(text) for text in texts if text != right)
        if len(right) > max(LONGER_BY * longest, longest + LONGER_BY_CHARACTERS):
            found.append(
                Advice(item.id, "The right option is by far the longest.", "Shorten it, or say more in the others.")
            )
    if any(_CATCH_ALL.search(text) for text in texts):
        found.append(
            Advice(item.id, "An option says “all of the above” or the like.", "Name what it means, or use 'multiple'.")
        )
    stem = _QUOTED.sub("", item.prompt)  # a quotation's own "not" is no negative question
    if isinstance(item, Single | Multiple) and _asks_negatively(stem) and not _EMPHASIS.search(item.prompt):
        found.append(Advice(item.id, "The question is negative and easily misread.", "Ask what is, or write *not*."))
    for one, other in _overlaps(texts):
        found.append(
            Advice(item.id, f"Option {one + 1} is contained in option {other + 1}.", "Make the options exclusive.")
        )
    for one, other in _overlapping_ranges(texts):
        found.append(Advice(item.id, f"Options {one + 1} and {other + 1} overlap.", "Make the options exclusive."))
    return found


def _offered(item: Item) -> list[str]:
    """The texts a reader chooses from."""
    if isinstance(item, Choice):
        return [option.text for option in item.options]
    if isinstance(item, TrueFalse):
        return [reason.text for reason in item.reasons]
    return [*item.choices] if isinstance(item, Match | Classify) else []


def _asks_negatively(stem: str) -> bool:
    """Whether the question itself, its last sentence, is put in the negative."""
    sentences = [part for part in re.split(r"(?<=[.?!:])\s+", stem.strip()) if part]
    return bool(sentences) and bool(_NEGATION.search(sentences[-1]))


def _overlaps(texts: list[str]) -> list[tuple[int, int]]:
    """Pairs of options of which the second says all that the first says, word for word, and more."""
    spoken = [" ".join(_WORDS.findall(text.casefold())) for text in texts]
    return [
        (one, other)
        for one, short in enumerate(spoken)
        for other, long in enumerate(spoken)
        if one != other and _says_much(short) and f" {short} " in f" {long} "
    ]


def _says_much(text: str) -> bool:
    """Whether a text within another is more than a word that both happen to have."""
    words = text.split()
    return len(words) >= 3 or (len(words) == 2 and any(word.isdigit() for word in words))


def _overlapping_ranges(texts: list[str]) -> list[tuple[int, int]]:
    """Pairs of options that are ranges of numbers, of the same unit, with a number in both."""
    ranges = [(place, found) for place, text in enumerate(texts) if (found := _range_of(text.strip(" .")))]
    return [
        (one, other)
        for (one, (low, high, unit)), (other, (least, most, same)) in combinations(ranges, 2)
        if unit == same and max(low, least) <= min(high, most)
    ]


def _range_of(text: str) -> tuple[float, float, str] | None:
    """The least and the greatest number of a range, and its unit; None for another text."""

    def number(digits: str) -> float:
        return float(digits.replace(",", "").replace("−", "-"))

    if found := _RANGE.fullmatch(text):
        low, high = number(found[1]), number(found[2])
        return (low, high, found[3].strip()) if low < high else None
    if found := _MORE.fullmatch(text):
        low = number(found[2])
        open_ = found[1].lower() not in ("at least", "from")
        return (math.nextafter(low, math.inf) if open_ else low, math.inf, found[3].strip())
    if found := _LESS.fullmatch(text):
        high = number(found[2])
        open_ = found[1].lower() not in ("at most", "up to")
        return (-math.inf, math.nextafter(high, -math.inf) if open_ else high, found[3].strip())
    return None


def _of_patterns(singles: list[Single]) -> list[Advice]:
    if len(singles) < FEWEST_FOR_PATTERNS:
        return []
    found = []
    place, times = Counter(min(item.right) for item in singles).most_common(1)[0]
    if times > MOST_IN_ONE_PLACE * len(singles):
        found.append(
            Advice("", f"{times} of {len(singles)} right options stand in place {place + 1}.", "Move some of them.")
        )
    longest = sum(_right_is_longest(item) for item in singles)
    if longest > MOST_LONGEST * len(singles):
        found.append(
            Advice("", f"In {longest} of {len(singles)} items the right option is the longest.", "Even the lengths.")
        )
    return found


def _right_is_longest(item: Single) -> bool:
    lengths = [len(option.text) for option in item.options]
    return lengths[min(item.right)] == max(lengths) and lengths.count(max(lengths)) == 1
