"""The claims rule over every chapter, and faults planted to see that it finds them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from unionstate.book.claims import as_errors, is_table_beside, unsupported
from unionstate.book.prose import Prose, parse_prose, read_prose
from unionstate.frontmatter import chapters

CHAPTERS = chapters()
EXCEPTIONS = yaml.safe_load((Path(__file__).parent / "exceptions.yml").read_text(encoding="utf-8"))["exceptions"]
MOST_EXCEPTIONS = 10


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_every_number_date_and_act_says_where_it_comes_from(file: Path) -> None:
    page = read_prose(file)
    excused = [one["words"] for one in EXCEPTIONS if one["chapter"] == file.stem]
    wrong = [one for one in unsupported(page, is_table_beside(file)) if not any(word in one.shown for word in excused)]
    assert [str(error) for error in as_errors(page, wrong)] == []


def test_the_exceptions_are_few_reasoned_and_needed() -> None:
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS
    files = {file.stem: file for file in CHAPTERS}
    for one in EXCEPTIONS:
        assert len(one["reason"]) > 20, one
        file = files[one["chapter"]]
        found = [s for s in unsupported(read_prose(file), is_table_beside(file)) if one["words"] in s.shown]
        assert len(found) == 1, f"{one['words']!r} excuses {len(found)} sentences"


def parse(text: str) -> Prose:
    return parse_prose(f"# Title\n\n## Section\n\n{text}\n", Path("planted.md"))


def faults(text: str) -> list[str]:
    return [one.shown for one in unsupported(parse(text), lambda name: name == "loans.csv")]


PLANTED = [
    "The loan was worth 2 billion dollars.",
    "The treaty was signed on 8 December 1999.",
    "It began in the mid-2000s.",
    "The share fell to 47 per cent.",
    "Fifteen countries voted with Minsk.",
    "Two thirds of the exports went east.",
    "The talks began in February.",
    "The visit came in late May.",
    "Belarus joined after the Treaty on the Union State.",
    "The council adopted Decision 2012/642.",
    "The Minsk agreements did not end the war.",
    "The Belarusian constitution was changed.",
    "Russia signed the Budapest Memorandum.",
    "Hundreds of people were listed.",
    "*The loan was worth 2 billion dollars.*",
    "- Gazprom asked for 230 dollars.",
    "> It was 2016.",
    "| year | price |\n| --- | --- |\n| first | 230 |",
    "```{note}\nThe price was 230 dollars.\n```",
    "```{hint-step} Where to look\nThe price was 230 dollars.\n```",
    "The price was 230 dollars {doc}`there <other>`.",
    "The price was 230 dollars in `other.csv`.",
    "The price was [230 dollars](https://example.org).",
    "The price was 230 dollars[^note].\n\n[^note]: So we think.",
]
SOURCES = [
    "{footcite}`key`", "{value}`gas.price`", "{para}`3`", "{sentence}`3.2`", "(`loans.csv`)", "(last row of the table)",
]  # fmt: skip


@pytest.mark.parametrize("text", PLANTED)
def test_a_planted_fault_is_found_once(text: str) -> None:
    assert len(faults(text)) == 1


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("text", [one for one in PLANTED if "\n" not in one and one.endswith(".")])
def test_a_source_in_the_same_sentence_is_enough(text: str, source: str) -> None:
    assert faults(f"{text[:-1]} {source}.") == []


@pytest.mark.parametrize(
    "text",
    [
        "A note after the full stop counts for 2016. {footcite}`key` The next sentence has none.",
        "It was 2016.[^n] More.\n\n[^n]: See {footcite}`key`.",
        "In 2016 they said:\n\n```{quote-article} 2.1\n```",
        "| year {footcite}`key` | price |\n| --- | --- |\n| 2016 | 230 |",
        "| year | price |\n| --- | --- |\n| 2016 | 230 {footcite}`key` |",
        "There are three readings, and two of them fail; the first is better.",
        "Chapter 7 tests this, chapters 3 and 4 explain it, and question 2b asks for C15 and LO3.",
        "The EU-27 stayed calm, and Nord Stream 2 was built.",
        "The code `x[2016]` and the formula $x = 2016$ state nothing.",
        "Suppose that a cake weighs 100 grams.",
        "He may come; she may not.",
        "Dollars per 1,000 cubic metres are the unit, and a hundred people may be a 3, said {para}`3`.",
        "A freeze may weigh more than a hundred bans, and both may be a 3.",
        "Each treaty, law and decision was discussed.",
    ],
)
def test_what_the_rule_leaves_alone(text: str) -> None:
    assert faults(text) == []


def test_minutes_are_free_only_under_your_turn() -> None:
    text = "Plan about 30 minutes for 400 words, or forty minutes for four hundred words."
    assert faults(text)
    page = parse_prose(f"# T\n\n## Your turn\n\n{text}\n", Path("planted.md"))
    assert unsupported(page, lambda _: False) == []


def test_a_source_does_not_reach_into_the_next_sentence() -> None:
    assert faults("It cost 30 dollars {footcite}`key`. Then it cost 40 dollars. So {para}`3` says.") == [
        "Then it cost 40 dollars."
    ]


def test_a_lead_in_without_a_colon_is_no_source() -> None:
    assert len(faults("In 2016 they spoke.\n\n```{quote-article} 2.1\n```")) == 1


def test_a_message_names_file_line_and_remedy() -> None:
    page = parse("One.\nTwo. It was\n2016.")
    (error,) = as_errors(page, unsupported(page, lambda _: False))
    assert str(error).startswith("planted.md:6: No source in this sentence: “It was 2016.”. Put into the same")


VOCABULARY = ["the", "price", "of", "oil", "fell", "while", "Minsk", "and", "Moscow", "talked", "again"]
WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=8).map(lambda words: "It " + " ".join(words))
ENDS = st.sampled_from([". ", "! ", "? ", ".” ", ".\n"])


@given(st.lists(st.tuples(WORDS, ENDS), min_size=1, max_size=6), st.data())
def test_wherever_a_fault_is_planted_it_alone_is_found(parts: list[tuple[str, str]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(parts) - 1))
    number = data.draw(st.sampled_from(["47", "1.5", "2,300", "2016", "15 May 2012", "30 %"]))
    sourced = data.draw(st.integers(0, len(parts) - 1))
    texts = []
    for place, (words, end) in enumerate(parts):
        words += f" at {number} then" if place == at else ""
        words += " {footcite}`key`" if place == sourced else ""
        texts.append(words + end)
    found = faults("".join(texts))
    assert len(found) == (0 if at == sourced else 1)
    assert all(number in one for one in found)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    page = parse_prose(text, Path("any.md"))
    unsupported(page, lambda _: True)
