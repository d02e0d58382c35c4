"""The tables: keys, references, dates, and what follows from other columns."""

import re
from datetime import date, datetime

import pandas as pd
import pytest

from unionstate.article import the_article
from unionstate.bibliography import entries
from unionstate.paths import data_path

TABLES = sorted(path.name for path in data_path("").glob("*.csv"))
OF_THE_ARTICLE = ["article_claims.csv", "article_sentences.csv", "dating_clues.csv", "site_items.csv"]
SENTENCES = {sentence.id for sentence in the_article().sentences}


def read(name: str) -> pd.DataFrame:
    """A table as text, empty cells as ""."""
    return pd.read_csv(data_path(name), dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_tidy(name):
    raw = data_path(name).read_bytes()
    assert b"\r" not in raw and raw.endswith(b"\n") and not raw.startswith(b"\xef\xbb\xbf")
    table = read(name)
    assert len(table) and all(re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in table.columns)
    assert not table.map(lambda cell: cell != cell.strip() or "\n" in cell).any(axis=None)


@pytest.mark.parametrize("name", OF_THE_ARTICLE)
def test_the_first_column_is_a_unique_key(name):
    key = read(name).iloc[:, 0]
    assert key.is_unique and (key != "").all()


@pytest.mark.parametrize("name", [name for name in TABLES if "sentence_id" in read(name)])
def test_a_sentence_that_a_row_refers_to_is_in_the_article(name):
    table = read(name)
    assert set(table["sentence_id"]) - {""} <= SENTENCES
    if "paragraph" in table:
        named = table[table["sentence_id"] != ""]
        assert (named["sentence_id"].str.split(".").str[0] == named["paragraph"]).all()
        assert (table.loc[table["sentence_id"] == "", "paragraph"] == "0").all()


@pytest.mark.parametrize("name", TABLES)
def test_dates_are_iso_and_in_order(name):
    table = read(name)
    for column in {"not_before", "not_after"} & set(table):
        assert all(date.fromisoformat(cell) and len(cell) == 10 for cell in table[column] if cell)
    if "stamp" in table:
        assert all(datetime.strptime(cell, "%Y-%m-%dT%H:%M") for cell in table["stamp"] if cell)
    if "not_before" in table:
        both = table[(table["not_before"] != "") & (table["not_after"] != "")]
        assert len(both) and (both["not_before"] <= both["not_after"]).all()


@pytest.mark.parametrize("name", [name for name in OF_THE_ARTICLE if name != "article_sentences.csv"])
def test_a_row_that_found_something_names_its_source_and_addresses_are_whole(name):
    table = read(name)
    sources = table["source"]
    found = table["verdict"] != "not found" if "verdict" in table else sources.notna()
    assert (sources[found] != "").all()
    for address in re.findall(r"<([^>]*)>", " ".join(sources)):
        assert re.fullmatch(r"https?://[^\s<>]+", address)


def test_the_table_of_sentences_is_the_parsers():
    written = the_article().to_frame().to_csv(index=False, lineterminator="\n")
    assert data_path("article_sentences.csv").read_text(encoding="utf-8") == written


def test_claims_are_numbered_in_the_order_of_the_article_without_a_gap():
    claims = read("article_claims.csv")
    assert claims["claim_id"].tolist() == [f"C{number:02d}" for number in range(1, len(claims) + 1)]
    assert claims["paragraph"].astype(int).is_monotonic_increasing


def test_claims_use_the_words_of_the_chapter():
    claims = read("article_claims.csv")
    assert set(claims["type"]) == {"fact", "interpretation", "prediction", "quotation"}
    assert set(claims["verdict"]) == {"supported", "partly", "not found", "contradicted"}
    assert set(claims["checkable"]) == {"yes", "no"}
    assert (claims[["claim", "what_to_look_for", "finding"]] != "").all(axis=None)


def test_every_sentence_of_the_article_makes_a_claim():
    claims = read("article_claims.csv")
    assert set(claims["sentence_id"]) - {""} == SENTENCES


def test_clues_are_hard_or_soft_and_limit_at_least_one_side():
    clues = read("dating_clues.csv")
    assert set(clues["strength"]) == {"hard", "soft"}
    assert ((clues["not_before"] != "") | (clues["not_after"] != "")).all()


def test_the_stamp_is_the_articles_own():
    stamp = datetime.strptime(the_article().stamp, "Updated at %H:%M,%d-%m-%Y")
    clues, items = read("dating_clues.csv").set_index("clue_id"), read("site_items.csv").set_index("item")
    assert clues.loc["stamp", "not_after"] == stamp.date().isoformat()
    assert items.loc["135581", "stamp"] == stamp.strftime("%Y-%m-%dT%H:%M")


def test_last_week_is_the_week_after_the_meeting():
    clues = read("dating_clues.csv").set_index("clue_id")
    meeting = date.fromisoformat(clues.loc["meeting", "not_before"])
    monday, sunday = (date.fromisoformat(clues.loc["last-week", side]) for side in ("not_before", "not_after"))
    assert (monday.isoweekday(), (sunday - monday).days) == (1, 6)
    assert 0 < (monday - meeting).days <= 7


def test_items_stand_in_the_order_of_their_numbers_and_of_their_days():
    items = read("site_items.csv")
    assert items["item"].astype(int).is_monotonic_increasing
    assert items.loc[items["not_before"] != "", "not_before"].is_monotonic_increasing


def test_the_article_in_the_bibliography_is_the_item_of_the_table():
    assert "/135581-" in entries()["udf2016article"].fields["url"]
    assert "135581" in set(read("site_items.csv")["item"])
