"""Numbers in the prose of chapter 1, counted in the tables of claims and of sentences."""

from __future__ import annotations

import pandas as pd

from unionstate.figures.an_article_to_take_apart import HEDGES
from unionstate.paths import data_path
from unionstate.values import value

# The other sentences are in the analyst's own voice.
ATTRIBUTED = {"2.2", "5.1", "5.2", "5.3"}


def _claims() -> pd.DataFrame:
    """All claims, those of the stamp, the title and the rubric (paragraph 0) included."""
    return pd.read_csv(data_path("article_claims.csv"), dtype={"sentence_id": str})


def _in_text() -> pd.DataFrame:
    """The claims of ¶1 to ¶7."""
    claims = _claims()
    return claims[claims["paragraph"] > 0]


def _sentences() -> pd.DataFrame:
    return pd.read_csv(data_path("article_sentences.csv"), dtype={"sentence_id": str})


def _of_kind(kind: str, verdict: str | None = None) -> int:
    claims = _in_text()
    chosen = claims["type"] == kind
    if verdict:
        chosen &= claims["verdict"] == verdict
    return int(chosen.sum())


def _hedged() -> pd.DataFrame:
    sentences = _sentences()
    return sentences[sentences["text"].str.contains(HEDGES)]


@value("claims.count")
def claims_count() -> str:
    return str(len(_claims()))


@value("claims.in_text")
def claims_in_text() -> str:
    return str(len(_in_text()))


@value("claims.most_in_a_sentence")
def claims_most_in_a_sentence() -> str:
    return str(_in_text()["sentence_id"].value_counts().max())


@value("claims.facts")
def claims_facts() -> str:
    return str(_of_kind("fact"))


@value("claims.fact_share")
def claims_fact_share() -> str:
    return f"{_of_kind('fact') / len(_in_text()):.0%}"


@value("claims.interpretations")
def claims_interpretations() -> str:
    return str(_of_kind("interpretation"))


@value("claims.facts_supported")
def claims_facts_supported() -> str:
    return str(_of_kind("fact", "supported"))


@value("claims.interpretations_supported")
def claims_interpretations_supported() -> str:
    return str(_of_kind("interpretation", "supported"))


@value("claims.interpretations_partly")
def claims_interpretations_partly() -> str:
    return str(_of_kind("interpretation", "partly"))


@value("claims.interpretations_not_found")
def claims_interpretations_not_found() -> str:
    return str(_of_kind("interpretation", "not found"))


@value("claims.interpretations_hedged")
def claims_interpretations_hedged() -> str:
    claims = _in_text()
    chosen = (claims["type"] == "interpretation") & claims["sentence_id"].isin(_hedged()["sentence_id"])
    return str(int(chosen.sum()))


@value("sentences.count")
def sentences_count() -> str:
    return str(len(_sentences()))


@value("sentences.hedged")
def sentences_hedged() -> str:
    return str(len(_hedged()))


@value("sentences.own_voice")
def sentences_own_voice() -> str:
    return str(int((~_sentences()["sentence_id"].isin(ATTRIBUTED)).sum()))


@value("words.count")
def words_count() -> str:
    return str(_sentences()["words"].sum())


@value("words.kremlin")
def words_kremlin() -> str:
    return str(_sentences()["text"].str.count("Kremlin").sum())


@value("words.she")
def words_she() -> str:
    return str(_sentences()["text"].str.count(r"\b(?:she|her)\b").sum())
