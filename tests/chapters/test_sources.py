"""Sources, objectives, terms and order: nothing cited that is not there, nothing there that is not used."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from support import ROOT

from unionstate import bibliography
from unionstate.book.outline import OBJECTIVES, TITLES, chapters_in_order, is_whole, pages_in_order
from unionstate.book.prose import Prose, read_prose
from unionstate.book.source_notes import VOICES, read_library
from unionstate.data import load, tables
from unionstate.exercises.checks import load_checks
from unionstate.frontmatter import read_contract
from unionstate.notebooks import glossary
from unionstate.quiz.load import load_all

CHAPTERS = {file.stem: read_prose(file) for file in chapters_in_order(ROOT)}
PAGES = {file: read_prose(file) for file in pages_in_order(ROOT)}


def keys_of(page: Prose) -> list[str]:
    """The keys that a page cites, once for each citation."""
    return [key.strip() for one in page.mentions if one.kind == "footcite" for key in one.target.split(",")]


def quiz_keys() -> set[str]:
    """The bibliography keys that quiz items name as their source."""
    sources = {reference for quiz in load_all().values() for item in quiz.items for reference in item.source}
    return sources & bibliography.entries().keys()


@pytest.mark.parametrize("page", PAGES.values(), ids=lambda page: page.title)
def test_every_citation_resolves_and_is_listed_on_its_page(page: Prose) -> None:
    assert set(keys_of(page)) <= bibliography.entries().keys()
    if keys_of(page):
        assert "```{footbibliography}" in page.file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "page", [page for page in CHAPTERS.values() if page.title in TITLES[2:8]], ids=lambda p: p.title
)
def test_chapters_three_to_eight_hear_minsk_moscow_the_west_and_scholars(page: Prose) -> None:
    library = read_library()
    assert set(VOICES.values()) - {library.voice(key) for key in keys_of(page)} == set()


def test_every_entry_of_the_bibliography_is_used() -> None:
    used = {key for page in PAGES.values() for key in keys_of(page)} | quiz_keys()
    assert sorted(bibliography.entries().keys() - used) == []


@pytest.mark.parametrize("key", sorted(bibliography.entries()))
def test_an_entry_says_who_what_when_where_and_when_it_was_seen(key: str) -> None:
    entry = bibliography.entries()[key]
    bibliography.check_entries()  # author or publisher, title, address, date seen
    undated = "without a date" in entry.fields.get("note", "")
    assert undated or re.fullmatch(r"(19|20)\d\d", entry.fields["year"])
    assert urlsplit(entry.fields["url"]).scheme in {"http", "https"} and "." in urlsplit(entry.fields["url"]).netloc
    seen = datetime.date.fromisoformat(entry.fields["urldate"])
    assert undated or int(entry.fields["year"]) <= seen.year
    assert entry.fields.get("month", "jan") in [
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
    ] or re.fullmatch(r"[A-Z][a-z]+", entry.fields["month"])


def test_every_objective_is_assessed_by_two_items_and_an_exercise_question() -> None:
    items = Counter(item.objective for quiz in load_all().values() for item in quiz.items)
    questions: Counter[str] = Counter()
    for file in ROOT.glob("exercises/*/exercise.md"):
        for objective in read_contract(file).objectives:
            questions[objective] += len(load_checks(file.with_name("checks.yml")).questions)
    declared = {one for file in chapters_in_order(ROOT) for one in read_contract(file).objectives}
    wanted = set(OBJECTIVES) if is_whole(ROOT) else declared
    assert {one: items[one] for one in wanted if items[one] < 2} == {}
    assert {one for one in wanted if not questions[one]} == set()


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapters_own_items_test_its_objectives_twice(name: str) -> None:
    items = Counter(item.objective for item in load_all()[name].items if item.part != "before")
    contract = read_contract(CHAPTERS[name].file)
    assert {one: items[one] for one in contract.objectives if items[one] < 2} == {}
    assert set(items) <= set(contract.objectives)


def test_every_term_of_the_glossary_is_used_and_every_used_term_is_there() -> None:
    used = {one.target.casefold() for page in CHAPTERS.values() for one in page.mentions if one.kind == "term"}
    assert sorted(used - glossary().keys()) == []
    assert sorted(glossary().keys() - used) == []


def test_the_glossary_is_in_alphabetical_order() -> None:
    assert list(glossary()) == sorted(glossary(), key=lambda term: re.sub(r"[^a-z0-9]", "", term))


def test_the_chapters_stand_in_the_order_of_the_outline() -> None:
    titles = [page.title for page in CHAPTERS.values()]
    assert set(titles) <= set(TITLES)
    assert titles == [title for title in TITLES if title in titles]


def test_an_exercise_follows_its_chapter() -> None:
    pages = pages_in_order(ROOT)
    for file in chapters_in_order(ROOT):
        assert pages[pages.index(file) + 1] == ROOT / "exercises" / read_contract(file).exercise / "exercise.md"


def test_no_page_is_an_orphan() -> None:
    """Every page of the course is reached from the contents, and every page but the first from another page."""
    there = {*ROOT.glob("chapters/*.md"), *ROOT.glob("exercises/*/*.md"), *ROOT.glob("seeds/*.md"), ROOT / "index.md"}
    assert there == set(PAGES)
    assert len(PAGES) == len(pages_in_order(ROOT))


def addresses() -> dict[str, list[str]]:
    """Every address of another host that the course's sources hold, by the place it stands in."""
    found: dict[str, list[str]] = {
        f"references.bib, {key}": [entry.fields["url"]] for key, entry in bibliography.entries().items()
    }
    for name, table in tables().items():
        columns = [column.name for column in table.columns if column.name.endswith(("_url", "url_2"))]
        for column in columns:
            found[f"{name}.{column}"] = load(name)[column].dropna().tolist()
        found[f"{name}, sources"] = [address for _, address in (*table.sources, *table.licences) if "://" in address]
    for file in PAGES:
        found[file.name] = re.findall(r"\]\((\w+:[^)\s]+)\)|<(\w+://[^>\s]+)>", file.read_text(encoding="utf-8"))
        found[file.name] = ["".join(pair) for pair in found[file.name]]
    return found


def test_every_address_of_another_host_is_well_formed() -> None:
    """The tests ask no other host; they see what a program can see: scheme, host, no blank, no mirror of a cache."""
    wrong = []
    for place, urls in addresses().items():
        for url in urls:
            parts = urlsplit(url)
            host = parts.hostname or ""
            good = (
                parts.scheme in {"http", "https"}
                and re.fullmatch(r"(?:[\w-]+\.)+[a-z][a-z0-9-]+", host)
                and not re.search(r"\s|[<>\"{}|\\^`]|\.$|,$", url)
                and not re.search(r"webcache|archive\.ph|localhost|utm_", url)
            )
            if not good:
                wrong.append(f"{place}: {url}")
    assert wrong == []
    assert sum(map(len, addresses().values())) > 100
