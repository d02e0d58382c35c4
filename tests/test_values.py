"""Numbers in the prose: each has one home and is computed from the tables."""

import csv
import importlib
import pkgutil
import re
from datetime import date

import pytest

from unionstate import values
from unionstate.article import the_article
from unionstate.errors import CourseError
from unionstate.paths import chapters_path, course_root, data_path, exercises_path
from unionstate.values import why_bargaining_power_moves

NAMES = sorted(values.all_values())


def rows(table: str) -> list[dict[str, str]]:
    with data_path(table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", NAMES)
def test_every_value_is_a_text_to_print(name):
    text = values.compute(name)
    assert re.fullmatch(r"[a-z]+(\.[a-z_-]+)+", name)
    assert isinstance(text, str) and text == text.strip() != ""
    assert not re.search(r"\b(nan|NaT|None|inf)\b", text)


def test_every_value_of_the_prose_is_registered():
    pages = [course_root() / "index.md", *chapters_path().glob("*.md"), *exercises_path().glob("*/exercise.md")]
    used = {name for page in pages for name in re.findall(r"\{value\}`([^`]*)`", page.read_text(encoding="utf-8"))}
    assert used and used <= set(NAMES)


def test_counts_agree_with_the_article_and_the_tables():
    claims, clues = rows("article_claims.csv"), rows("dating_clues.csv")
    sentences = the_article().sentences
    assert values.compute("claims.count") == str(len(claims))
    assert values.compute("claims.in_text") == str(sum(claim["paragraph"] != "0" for claim in claims))
    assert values.compute("sentences.count") == str(len(sentences))
    assert values.compute("words.count") == str(sum(len(sentence.text.split()) for sentence in sentences))
    assert values.compute("dating.clues") == str(len(clues))


def test_the_interval_holds_the_days_that_every_hard_clue_allows():
    hard = [clue for clue in rows("dating_clues.csv") if clue["strength"] == "hard"]
    start = max(date.fromisoformat(clue["not_before"]) for clue in hard if clue["not_before"])
    end = min(date.fromisoformat(clue["not_after"]) for clue in hard if clue["not_after"])
    assert values.compute("dating.interval-days") == str((end - start).days + 1)
    assert values.compute("dating.interval") == f"{start.day} {start:%B %Y} to {end.day} {end:%B %Y}"


def test_later_totals_all_lead_back_to_one_first_list():
    starts = {values.compute(f"sanctions.start-from-{month}") for month in ("june", "summer", "october", "december")}
    assert starts == {"156"}


def test_agreement_of_the_second_coder_follows_from_the_months():
    months, equal = (int(values.compute(f"sanctions.{name}")) for name in ("months", "months-second-equal"))
    assert months == 13 * 12 and values.compute("sanctions.share-second") == f"{equal / months:.0%}"
    eu = [row for row in rows("sanctions_levels.csv") if (row["target_iso3"], row["sender"]) == ("BLR", "EU")]
    levels = [row["level"] for row in eu if "2004-01" <= row["month"] <= "2016-12"]
    second = [
        "2" if "2008-11" <= f"{2004 + place // 12}-{place % 12 + 1:02d}" <= "2010-12" else level
        for place, level in enumerate(levels)
    ]
    chance = sum(levels.count(code) * second.count(code) for code in "01234") / months**2
    kappa = (equal / months - chance) / (1 - chance)
    assert values.compute("sanctions.kappa-second") == f"{kappa:.2f}"


def test_scores_of_constant_forecasts_follow_from_the_share_that_came_true():
    share = int(values.compute("score.happened")) / int(values.compute("score.statements"))
    for name, stated in (("coin", 0.5), ("tone-low", 0.55), ("tone", 0.7), ("tone-high", 0.8)):
        score = share * (1 - stated) ** 2 + (1 - share) * stated**2
        assert values.compute(f"score.{name}") == f"{score:.2f}"


def test_an_unknown_name_leads_to_the_nearest():
    with pytest.raises(KeyError, match="no value is called 'claims.cuont'. Did you mean 'claims.count'?"):
        values.compute("claims.cuont")
    with pytest.raises(KeyError, match="no value is called 'zzz'."):
        values.compute("zzz")


def test_a_name_has_one_home():
    with pytest.raises(CourseError, match="Two functions give the value 'claims.count'"):
        values.value("claims.count")(lambda: "0")
    assert values.compute("claims.count") != "0"


@pytest.mark.parametrize("module", [one.name for one in pkgutil.iter_modules(values.__path__)])
def test_a_module_of_values_may_be_loaded_again_and_belongs_to_a_chapter(module):
    before = sorted(values.all_values())
    importlib.reload(importlib.import_module(f"unionstate.values.{module}"))
    assert sorted(values.all_values()) == before
    assert (chapters_path() / f"{module.replace('_', '-')}.md").is_file()


def test_oil_and_sanctions_part_when_chapter_8_says():
    months = why_bargaining_power_moves._months()
    price = months["price_usd_per_bbl"]
    cheap_under_sanctions = months[(price < 50) & ~months["eased"]]
    dear_without = months[(price > 80) & months["eased"]]
    assert [month[:4] for month in cheap_under_sanctions.index] == ["2015"] * 3 + ["2020"] * 3
    assert {"2010-10", "2010-11", "2010-12"} <= set(dear_without.index)
