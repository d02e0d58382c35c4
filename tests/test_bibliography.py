"""The bibliography: citations as links, sources as a list, and every entry complete."""

import re

import pytest
from pybtex.database import parse_string

from unionstate import bibliography
from unionstate.errors import CourseError

SMALL = """
@misc{one, author = {{Agency of [News]}}, title = {A {Union} State -- again}, year = 2016, month = feb,
      note = {Seen in a copy}, url = {https://a.example/1}, urldate = {2026-11-23}}
@book{two, author = {Smith, Ann and Jones, Bob}, title = {On \\& off}, year = 2010}
@misc{three, organization = {The Council}, title = {Minutes}, url = {https://a.example/3}}
"""


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(bibliography, "entries", lambda: dict(parse_string(SMALL, "bibtex").entries))


@pytest.mark.parametrize(
    "key, link",
    [
        ("one", r"[Agency of \[News\] 2016](https://a.example/1)"),
        ("two", "Smith, Ann, Jones, Bob 2010"),
        ("three", "[The Council](https://a.example/3)"),
    ],
)
def test_a_citation_links_author_and_year_to_the_source(small, key, link):
    assert bibliography.short_link(key) == link


def test_an_unknown_key_is_told_with_the_place_and_the_nearest(small, tmp_path):
    with pytest.raises(CourseError) as caught:
        bibliography.short_link("thre", file=tmp_path / "a.md", line=7)
    assert str(caught.value) == f"{tmp_path / 'a.md'}:7: 'thre' is not in references.bib. Did you mean 'three'?"


def test_the_sources_are_a_numbered_list_in_the_order_given(small):
    assert bibliography.as_markdown(["two", "one", "three"]).splitlines() == [
        "1. Smith, Ann, Jones, Bob. *On & off*. 2010.",
        r"2. Agency of \[News\]. *A Union State – again*. February 2016. Seen in a copy. <https://a.example/1> "
        "(seen 2026-11-23)",
        "3. The Council. *Minutes*. <https://a.example/3>",
    ]


@pytest.mark.parametrize("key", bibliography.entries())
def test_every_entry_says_who_what_when_and_where(key):
    fields = bibliography.entries()[key].fields
    assert bibliography.short_link(key).strip("[")[0].isalnum()
    assert fields["title"] and re.fullmatch(r"\d{4}", fields["year"])
    assert re.fullmatch(r"https?://\S+", fields["url"]) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", fields["urldate"])
    assert bibliography.as_markdown([key]).count(fields["url"]) == 1
