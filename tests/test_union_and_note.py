"""The arithmetic behind chapters 3 and 10, computed a second time by hand; and their widgets."""

import csv
import statistics
from datetime import date

import pandas as pd
import pytest

from unionstate import values
from unionstate.figures import a_union_on_paper_and_in_practice as union
from unionstate.figures import write_the_next_note as note
from unionstate.paths import data_path


def rows(table: str) -> list[dict[str, str]]:
    with data_path(table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def councils() -> list[date]:
    return sorted(date.fromisoformat(row["date"]) for row in rows("council_meetings.csv"))


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(data_path(name))


@pytest.mark.parametrize(
    "name, first, last",
    [
        ("union.pause-early", date(2000, 1, 27), date(2004, 12, 31)),
        ("union.pause-middle", date(2005, 1, 1), date(2009, 12, 31)),
        ("union.pause-late", date(2010, 1, 1), date(2016, 2, 25)),
        ("union.pause-after", date(2016, 2, 26), date(2024, 12, 31)),
    ],
)
def test_a_median_pause_counts_the_pauses_that_end_in_its_years(name, first, last):
    days = councils()
    ended = [(later - earlier).days for earlier, later in zip(days, days[1:], strict=False) if first <= later <= last]
    assert values.compute(name) == f"{statistics.median(ended) / 365.25 * 12:.0f}"


def test_the_same_stretches_of_years_stand_in_the_figure_and_in_the_cell_of_the_page():
    by_year = pd.to_datetime(table("council_meetings.csv")["date"])
    cut = (
        by_year.diff().dt.days.groupby(pd.cut(by_year.dt.year, [1999, 2004, 2009, 2016, 2024]), observed=True).median()
    )
    months = union.median_pauses(table("council_meetings.csv"))
    assert (cut / union.DAYS_A_MONTH).tolist() == pytest.approx(months.tolist())


def test_real_contributions_are_chained_by_hand_to_the_same_amount():
    rise = {
        int(row["year"]): float(row["value"])
        for row in rows("macro.csv")
        if row["iso3"] == "RUS" and row["indicator_code"] == union.CONSUMER_PRICES
    }
    level = 1.0
    for year in range(2010, 2020):
        level *= 1 + rise[year] / 100
    real = union.real_contributions(table("union_state_budget.csv"), table("macro.csv"))
    assert real[2009] == 4872 and real[2019] == pytest.approx(4872 / level)
    assert values.compute("union.real-fall") == f"{100 - 100 / level:.0f}"


def test_the_two_price_indexes_disagree_about_the_years_before_2009():
    budget, macro = table("union_state_budget.csv"), table("macro.csv")
    by_prices = union.real_contributions(budget, macro)
    by_deflator = union.real_contributions(budget, macro, union.GDP_DEFLATOR)
    assert by_prices[2009] > by_prices[2003] and by_deflator[2009] < by_deflator[2003]
    assert by_prices[2016] < by_prices[2009] and by_deflator[2016] < by_deflator[2009]


def test_members_change_with_the_day():
    membership = table("integration_membership.csv")
    assert (union.members_on(membership, pd.Timestamp("1999-01-01"))["US"] == "").all()
    assert (union.members_on(membership, pd.Timestamp("2009-08-17"))["CIS"]["GEO"]) == "full"
    assert (union.members_on(membership, pd.Timestamp("2009-08-18"))["CIS"]["GEO"]) == ""


def test_the_slider_of_years_shows_who_was_a_member():
    year, result = union.explore_members(table("integration_membership.csv")).children
    assert "Union State</strong> (2): Russia, Belarus" in result.value
    year.value = 1995
    assert "Union State</strong> (0): nobody yet" in result.value


def test_the_base_rate_counts_years_and_not_meetings():
    found = {day.year for day in councils() if 2000 <= day.year <= 2024}
    assert note.base_rate(table("council_meetings.csv")) == len(found) / 25
    assert values.compute("note.base-rate") == f"{len(found) / 25:.0%}".rstrip("%")


@pytest.mark.parametrize("believed", [0.1, 0.5, 0.68, 0.95])
def test_the_honest_number_has_the_lowest_expected_penalty(believed):
    others = [stated / 100 for stated in range(101) if abs(stated / 100 - believed) > 1e-9]
    assert all(note.expected_penalty(believed, believed) < note.expected_penalty(other, believed) for other in others)


def test_the_checklist_says_what_is_left():
    *boxes, result = note.self_review().children
    assert len(boxes) == len(note.CHECKLIST) and f"0 of {len(boxes)} done" in result.value
    for box in boxes:
        box.value = True
    assert "All done" in result.value
