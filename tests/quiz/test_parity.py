"""Python and the script of a page judge alike: 10,000 answers to items of every type, not one difference."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page
from small_quiz import EVERY_TYPE

from unionstate.book.assets import quiz_module
from unionstate.quiz.items import Item, _unit_spellings
from unionstate.quiz.judge import judge
from unionstate.quiz.readings import normalized, read_numbers
from unionstate.quiz.render import STATIC

CASES_PER_TYPE = 800  # of thirteen types: 10,400
TYPES = {item.type: item for item in EVERY_TYPE.items}
# what a keyboard, a paste or a phone puts into a field
_NUMBER_BITS = [
    *"0123456789", *"0123456789", ".", ",", " ", "\u00a0", "\u202f", "\u2009", "'", "\u2019", "-", "\u2212", "\u2013",
    "+", "%", " %", "per cent", "usd", "USD", "$", "US dollars", "e3", "x", "\uff11", "\u0661", "\u00bd", "1 234,5",
    "1,234.5", "1.234,5", "1,234", "12.5", ",5", "5.", "\t", "\n",
]  # fmt: skip
_WORD_BITS = [
    "Lukashenka", "lukashenko", "ЛУКАШЭНКА", "Лукашенко", "Путин", "Putin", "Putn", "ё", "е\u0308", "й", "ў", "і", "İ",
    "ß", "ẞ", "ﬁ", "\u00ad", "𝔍", "Σ", "ς", "’", "-", ".", " ", "  ", "\u00a0", "é", "e\u0301", "\u200f", "\u0000", "1",
    "²", "k", "a",
]  # fmt: skip


def some_item(kind: str, dice: random.Random) -> Item:
    """An item of that type with another key than the sample's."""
    sample = TYPES[kind].model_dump()
    size = dice.randint(2, 9)
    if kind in ("single", "multiple", "commit"):
        most = {"single": 1, "multiple": dice.randint(1, size - 1), "commit": 0}[kind]
        right = dice.sample(range(size), most)
        sample["options"] = [{"text": f"o{n}", "feedback": "-", "correct": n in right} for n in range(size)]
    elif kind == "true-false":
        count = dice.randint(2, 5)
        right = dice.randrange(count)
        sample |= {
            "answer": dice.random() < 0.5,
            "reasons": [{"text": f"r{n}", "feedback": "-", "correct": n == right} for n in range(count)],
        }
    elif kind == "numeric":
        sample |= {"value": some_number(dice), "tolerance": dice.choice([0.0, 0.1, 0.5, 25.0])}
        wrong = [{"value": some_number(dice), "tolerance": 0.5, "feedback": "-", "misconception": "m"} for _ in "ab"]
        sample["wrong"] = [w for w in wrong if abs(w["value"] - sample["value"]) > sample["tolerance"]]
    elif kind == "estimate":
        sample |= {"value": some_number(dice), "near": dice.choice([1.0, 20.0, 100.0])}
    elif kind == "short-text":
        sample["accept"] = [word for word in dice.sample(_WORD_BITS, 4) if normalized(word)] or ["Minsk"]
        sample["wrong"] = []
    elif kind == "order":
        sample["entries"] = [
            {"text": f"e{n}", "feedback": "-", "misconception": "m"} for n in range(dice.randint(3, 8))
        ]
    elif kind == "match":
        rights = [f"r{dice.randrange(size)}" for _ in range(min(size, 8))]
        sample["pairs"] = [
            {"left": f"l{n}", "right": right, "feedback": "-", "misconception": "m"} for n, right in enumerate(rights)
        ]
        sample["extra"] = ["more"]
    elif kind == "classify":
        bins = [f"b{n}" for n in range(dice.randint(2, 5))]
        sample["bins"] = bins
        sample["statements"] = [
            {"text": f"s{n}", "bin": dice.choice(bins), "feedback": "-", "misconception": "m"} for n in range(size)
        ]
    elif kind == "predict":
        sample["outcome"] = dice.choice([True, False, None])
    return type(TYPES[kind]).model_validate(sample)


def some_number(dice: random.Random) -> float:
    return dice.choice([0.0, 0.3, 1.234, 1234.0, 1234.5, -7.775, 5.0, 50.0, 1e6, round(dice.uniform(-99, 9999), 2)])


def some_answer(item: Item, dice: random.Random) -> Any:
    """An answer such as the page can hold: mostly one that fits the item."""
    key, count = item.key, item.key.get("count", 0)
    if item.type in ("single", "commit", "evidence"):
        return [dice.randrange(count)] if dice.random() < 0.97 else []
    if item.type == "multiple":
        return sorted(dice.sample(range(count), dice.randint(0, count)))
    if item.type == "true-false":
        return [dice.randint(-1, 1), dice.randint(-1, count - 1)]
    if item.type == "order":
        return dice.sample(range(count), count)
    if item.type in ("match", "classify"):
        near = [place if dice.random() < 0.7 else dice.randrange(count) for place in key["right"]]
        return near if dice.random() < 0.95 else [-1, *near[1:]]
    if item.type == "draw":
        return [round(dice.uniform(0, 100), 1) for _ in item.series]
    if item.type == "short-text":
        word = "".join(dice.choices(_WORD_BITS, k=dice.randint(0, 3)))
        if dice.random() < 0.5:  # a spelling that is right but for a letter
            letters = list(dice.choice(item.accept))
            letters[dice.randrange(len(letters))] = dice.choice("aeк ")
            word = dice.choice(["", " "]) + "".join(letters)
        return word
    if dice.random() < 0.5 and "value" in key:
        number = key["value"] + dice.choice([0, 0, 0.1, -0.1, 0.5, -0.5, 0.5000001, 25, key["value"] / 5])
        return dice.choice(["{}", "{:,}", " {} ", "{} usd", "$ {}", "+{}"]).format(round(number, 7))
    if item.type == "predict" and dice.random() < 0.8:
        return f"{dice.choice([0, 5, 33.3, 50, 99.5, 100, 101, -1])}{dice.choice(['', ' %', '%'])}"
    return "".join(dice.choices(_NUMBER_BITS, k=dice.randint(0, 6)))


def cases() -> Iterator[tuple[Item, Any]]:
    dice = random.Random(2016)
    for kind in TYPES:
        for number in range(CASES_PER_TYPE):
            if number % 4 == 0:
                item = some_item(kind, dice)
            yield item, some_answer(item, dice)


def judged(item: Item, answer: Any) -> list | None:
    """Score, lines and nearness in Python; None for what is no answer."""
    try:
        found = judge(item, answer)
    except ValueError:
        return None
    return [found.score, list(found.lines), found.near]


_IN_PAGE = """
async ([script, cases]) => {
  const module = await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})));
  return cases.map(([type, key, answer]) => {
    if (module.complaint(type, key, answer)) return null;
    const found = module.judge(type, key, answer);
    return [found.score, found.lines, found.near ?? false];
  });
}
"""


@pytest.mark.parametrize("source", ["as written", "as in a page"])
def test_python_and_the_script_judge_alike(page: Page, source: str) -> None:
    script = quiz_module() if source == "as in a page" else (STATIC / "quiz.js").read_text(encoding="utf-8")
    every = list(cases())
    assert len(every) >= 10_000
    expected = [judged(item, answer) for item, answer in every]
    # plain data, as the page reads it from its attribute
    sent = [[item.type, json.loads(json.dumps(item.key)), answer] for item, answer in every]
    found = page.evaluate(_IN_PAGE, [script, sent])
    different = [
        (item.type, item.key, answer, here, there)
        for (item, answer), here, there in zip(every, expected, found, strict=True)
        if here != there
    ]
    assert not different, different[:5]
    # the cases are worth something: every type has right, wrong and, where there are any, refused answers
    seen = Counter(
        (item.type, "no answer" if here is None else here[0]) for (item, _), here in zip(every, expected, strict=True)
    )
    for kind in TYPES:
        worth = {score for (name, score) in seen if name == kind}
        assert worth >= ({1.0, 0.0} if TYPES[kind].marked and kind != "predict" else {None}), (kind, worth)
        if kind != "order" and kind != "draw":
            assert "no answer" in worth, kind


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,234.5", [1234.5]), ("1 234,5", [1234.5]), ("1\u00a0234,5", [1234.5]), ("1\u202f234.5", [1234.5]),
        ("1.234,5", [1234.5]), ("1'234.5", [1234.5]), ("1234.5", [1234.5]), ("1234,5", [1234.5]),
        ("1,234", [1234.0, 1.234]), ("1.234", [1234.0, 1.234]), ("1,234,567", [1234567.0]), ("12,34,567", []),
        ("\u22127.775", [-7775.0, -7.775]), ("- 5", [-5.0]), ("+5", [5.0]), (",5", [0.5]), ("5.", [5.0]),
        ("265 US dollars", [265.0]), ("$265", [265.0]), ("265 $", [265.0]), ("two", []), ("", []), ("1e3", []),
        ("\u200e1\u202f234\u202c", [1234.0]), ("5 m\u00b3", [5.0]), ("5 m3", [5.0]),
        ("1 2", []), ("--5", []), ("NaN", []), ("Infinity", []), ("\uff11\uff12", [12.0]), ("9" * 400, []),
    ],
)  # fmt: skip
def test_a_number_is_read_in_all_its_usual_forms(page: Page, text: str, numbers: list[float]) -> None:
    units = _unit_spellings("US dollars", ["$", "m\u00b3"])
    assert read_numbers(text, units) == numbers
    script = (STATIC / "quiz.js").read_text(encoding="utf-8")
    there = page.evaluate(
        """async ([script, text, units]) =>
        (await import(URL.createObjectURL(new Blob([script], {type: "text/javascript"})))).readNumbers(text, units)""",
        [script, text, units],
    )
    assert there == numbers
