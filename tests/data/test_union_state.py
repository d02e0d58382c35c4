"""The tables of the Union State, its projects, money and disputes: keys, references, dates, sums and shares."""

import re
from datetime import date, timedelta

import pandas as pd
import pytest

from unionstate.paths import data_path

KEYS = {
    "countries": ["iso3"],
    "union_state_events": ["event_id"],
    "council_meetings": ["event_id"],
    "union_state_budget": ["year", "stage"],
    "integration_projects": ["project"],
    "integration_membership": ["project", "iso3", "member_from"],
    "institutions": ["institution"],
    "loans": ["loan_id"],
    "energy_disputes": ["dispute_id"],
}
# date column -> column with its precision, or None where every date is an exact day
DATES = {
    "union_state_events": {"date": "date_precision"},
    "council_meetings": {"date": "date_precision"},
    "integration_projects": {"founded": None, "in_force": None, "ended": None},
    "integration_membership": {"member_from": "member_from_precision", "member_until": "member_until_precision"},
    "loans": {"date": "date_precision"},
    "energy_disputes": {"start": "start_precision", "end": "end_precision"},
}
REFERENCES = [
    ("council_meetings", "event_id", "union_state_events", "event_id"),
    ("council_meetings", "host_iso3", "countries", "iso3"),
    ("integration_projects", "replaced_by", "integration_projects", "project"),
    ("integration_membership", "project", "integration_projects", "project"),
    ("integration_membership", "iso3", "countries", "iso3"),
]
SOURCED = [name for name in KEYS if name != "countries"]
ARTICLE_DAY = "2016-02-25"


def read(name: str) -> pd.DataFrame:
    """A table as text, empty cells as ""."""
    return pd.read_csv(data_path(f"{name}.csv"), dtype=str, keep_default_na=False)


def numbers(name: str) -> pd.DataFrame:
    """A table with the types that pandas finds."""
    return pd.read_csv(data_path(f"{name}.csv"))


def members(project: str, day: str, status: str = "full") -> set[str]:
    """The countries that belong to a project on a day."""
    table = read("integration_membership")
    until = table["member_until"].replace("", "9999-12-31")
    chosen = (table["project"] == project) & (table["status"] == status)
    return set(table[chosen & (table["member_from"] <= day) & (day < until)]["iso3"])


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_whole_and_unique(name):
    table = read(name)
    assert not table.duplicated(KEYS[name]).any()
    assert (table[KEYS[name]] != "").all(axis=None)


@pytest.mark.parametrize("name", KEYS)
def test_rows_stand_in_the_order_of_their_key(name):
    key = list(read(name)[KEYS[name]].itertuples(index=False, name=None))
    if name not in {"institutions", "loans"}:
        assert key == sorted(key)


@pytest.mark.parametrize("name", KEYS)
def test_missing_is_an_empty_cell(name):
    words = {"n/a", "na", "none", "null", "unknown", "unverified", "not found", "-", "?"}
    assert not read(name).map(lambda cell: cell.lower() in words or cell != cell.strip()).any(axis=None)


@pytest.mark.parametrize(("name", "column", "other", "key"), REFERENCES)
def test_references_resolve(name, column, other, key):
    assert set(read(name)[column]) - {""} <= set(read(other)[key])


@pytest.mark.parametrize("name", SOURCED)
def test_every_row_has_a_source_with_an_address(name):
    table = read(name)
    assert (table["source_title"] != "").all()
    assert table["source_url"].str.fullmatch(r"https?://[^\s<>]+").all()
    if "source_title_2" in table:
        second = table["source_title_2"] != ""
        assert (second == (table["source_url_2"] != "")).all()
        assert (table[second]["source_url"] != table[second]["source_url_2"]).all()


@pytest.mark.parametrize("name", SOURCED)
def test_no_leaked_cable_or_encyclopedia_is_a_source(name):
    text = data_path(f"{name}.csv").read_text(encoding="utf-8").lower()
    assert not re.search(r"wikileaks|wikipedia|cable|gifiles|dbpedia|kiwix", text)


@pytest.mark.parametrize("name", [name for name in SOURCED if name != "institutions"])
def test_confidence_uses_three_words(name):
    assert set(read(name)["confidence"]) <= {"high", "medium", "low"}


@pytest.mark.parametrize("name", DATES)
def test_dates_are_days_and_fit_their_precision(name):
    table = read(name)
    for column, precision in DATES[name].items():
        for index, cell in table[column].items():
            kind = table.loc[index, precision] if precision else "day"
            if not cell:
                assert precision is None or kind == ""
                continue
            day = date.fromisoformat(cell)
            assert len(cell) == 10 and date(1991, 1, 1) <= day <= date(2026, 12, 31)
            assert kind in {"day", "month", "year"}
            if column == "end":
                assert kind == "day" or (kind == "month" and (day + timedelta(days=1)).day == 1)
                continue
            assert kind == "day" or day.day == 1
            assert kind != "year" or day.month == 1


def test_events_are_numbered_in_the_order_of_their_dates():
    events = read("union_state_events")
    assert events["event_id"].tolist() == [f"US-E{number:03d}" for number in range(1, len(events) + 1)]
    assert events["date"].is_monotonic_increasing


def test_events_use_the_categories_of_the_timeline():
    words = {"treaty", "meeting", "dispute", "loan", "statement", "programme", "election", "war", "other"}
    assert set(read("union_state_events")["category"]) == words


def test_council_meetings_are_events():
    shared = ["event_id", "date", "date_precision", "place", "source_title", "source_url", "confidence", "note"]
    council = read("council_meetings")
    events = read("union_state_events").set_index("event_id").loc[council["event_id"]].reset_index()
    pd.testing.assert_frame_equal(council[shared], events[shared])
    assert set(events["category"]) == {"meeting"}
    assert events["event"].str.startswith("Supreme State Council").all()


def test_every_event_that_is_a_council_meeting_is_listed():
    events = read("union_state_events")
    told = events["event"].str.startswith("Supreme State Council meet") & (events["category"] == "meeting")
    assert set(events[told]["event_id"]) == set(read("council_meetings")["event_id"])


def test_the_host_of_a_council_meeting_fits_its_place():
    council = read("council_meetings")
    country = council["place"].str.extract(r", (Belarus|Russia)$")[0].map({"Belarus": "BLR", "Russia": "RUS"})
    assert country.fillna("").tolist() == council["host_iso3"].tolist()


def test_printed_session_numbers_leave_room_for_at_most_one_missing_meeting():
    council = read("council_meetings")
    for position, number in enumerate(council["session_number"], start=1):
        if number:
            assert 0 <= int(number) - position <= 1


def test_the_meeting_of_the_article_is_a_thursday_in_minsk():
    council = read("council_meetings").set_index("date")
    assert council.loc[ARTICLE_DAY, "place"] == "Minsk, Belarus"
    assert date.fromisoformat(ARTICLE_DAY).isoweekday() == 4


def test_contributions_are_the_sum_of_both():
    budget = numbers("union_state_budget").dropna(
        subset=["russia_contribution_rub_million", "belarus_contribution_rub_million"]
    )
    both = budget["russia_contribution_rub_million"] + budget["belarus_contribution_rub_million"]
    assert len(budget) > 10
    assert (both - budget["contributions_rub_million"]).abs().max() < 0.001


def test_contributions_and_other_revenue_make_the_revenue():
    budget = numbers("union_state_budget")
    parts = ["contributions_rub_million", "other_revenue_rub_million"]
    whole = budget.dropna(subset=[*parts, "revenue_rub_million"])
    assert len(whole) > 8
    assert (whole[parts].sum(axis=1) - whole["revenue_rub_million"]).abs().max() < 0.001
    known = budget.dropna(subset=["contributions_rub_million", "revenue_rub_million"])
    assert (known["contributions_rub_million"] <= known["revenue_rub_million"]).all()


@pytest.mark.parametrize("country", ["russia", "belarus"])
def test_shares_are_recomputed(country):
    budget = numbers("union_state_budget")
    share = f"{country}_share_percent"
    computed = budget[budget["share_basis"] == "computed"]
    part = computed[f"{country}_contribution_rub_million"]
    total = computed["russia_contribution_rub_million"] + computed["belarus_contribution_rub_million"]
    assert computed[share].tolist() == (100 * part / total).round(1).tolist()
    assert budget.loc[budget["share_basis"].isna(), share].isna().all()
    assert (budget[share].notna() == budget["share_basis"].notna()).all()


def test_shares_add_to_a_hundred():
    budget = numbers("union_state_budget").dropna(subset=["share_basis"])
    total = budget["russia_share_percent"] + budget["belarus_share_percent"]
    assert (total - 100).abs().max() < 0.051


def test_a_budget_says_its_stage_and_has_an_amount():
    budget = read("union_state_budget")
    assert set(budget["stage"]) == {"plan", "draft", "approved", "executed"}
    amounts = [column for column in budget if column.endswith("_rub_million")]
    assert (budget[amounts] != "").any(axis=1).all()


def test_contributions_of_2009_to_2019_stay_the_same():
    budget = numbers("union_state_budget").query("2009 <= year <= 2019")
    given = budget.dropna(subset=["contributions_rub_million"])
    assert set(range(2009, 2020)) - set(given["year"]) == {2014}
    assert set(given[given["year"] != 2016]["contributions_rub_million"]) == {4872}
    assert given[given["year"] == 2016]["contributions_rub_million"].tolist() == [4870]


def test_projects_end_after_they_began():
    projects = read("integration_projects")
    for early, late in (("founded", "in_force"), ("founded", "ended"), ("in_force", "ended")):
        both = projects[(projects[early] != "") & (projects[late] != "")]
        assert (both[early] <= both[late]).all()
    assert (projects.loc[projects["ended"] != "", "replaced_by"] != "").all()


def test_membership_lies_inside_its_project():
    table = read("integration_membership").merge(read("integration_projects"), on="project", suffixes=("", "_project"))
    first = table["founded"].where(table["founded"] != "", table["in_force"])
    exact = table["member_from_precision"] == "day"
    assert (table[exact]["member_from"] >= first[exact]).all()
    over = table["ended"] != ""
    assert (table[over]["member_until"] != "").all()
    assert (table[over]["member_until"] <= table[over]["ended"]).all()


def test_spells_of_membership_are_in_order_and_do_not_overlap():
    table = read("integration_membership")
    ended = table[table["member_until"] != ""]
    assert (ended["member_from"] < ended["member_until"]).all()
    for _, spells in table.groupby(["project", "iso3"]):
        assert (spells["member_from"].iloc[1:].to_numpy() >= spells["member_until"].iloc[:-1].to_numpy()).all()
        assert (spells["member_until"].iloc[:-1] != "").all()


def test_every_project_has_members_and_belarus_where_it_says_so():
    table = read("integration_membership")
    projects = read("integration_projects").set_index("project")
    assert set(table["project"]) == set(projects.index)
    assert set(table[table["iso3"] == "BLR"]["project"]) == set(projects.query("belarus_takes_part == 'true'").index)


@pytest.mark.parametrize(
    ("project", "countries"),
    [
        ("US", "BLR RUS"),
        ("EAEU", "ARM BLR KAZ KGZ RUS"),
        ("CSTO", "ARM BLR KAZ KGZ RUS TJK"),
        ("CIS", "ARM AZE BLR KAZ KGZ MDA RUS TJK UZB"),
        ("EFSD", "ARM BLR KAZ KGZ RUS TJK"),
        ("GUAM", "AZE GEO MDA UKR"),
        ("EAP", "ARM AZE BLR GEO MDA UKR"),
        ("EURASEC", ""),
        ("CU2010", ""),
    ],
)
def test_members_on_the_day_of_the_article(project, countries):
    assert members(project, ARTICLE_DAY) == set(countries.split())


def test_only_belarus_is_in_all_three_unions_with_russia():
    shared = members("US", ARTICLE_DAY) & members("EAEU", ARTICLE_DAY) & members("CSTO", ARTICLE_DAY)
    assert shared == {"BLR", "RUS"}


@pytest.mark.parametrize(
    ("year", "count"), [(1972, 6), (1973, 9), (1981, 10), (1986, 12), (1995, 15), (2004, 25), (2007, 27), (2014, 28)]
)
def test_the_number_of_eu_members(year, count):
    countries = numbers("countries")
    until = countries["eu_member_until"].fillna(9999)
    assert ((countries["eu_member_from"] <= year) & (year < until)).sum() == count


def test_the_eu_has_27_members_after_2020_and_15_countries_were_soviet():
    countries = numbers("countries")
    assert (countries["eu_member_from"].notna() & countries["eu_member_until"].isna()).sum() == 27
    assert countries["former_soviet"].sum() == 15


def test_every_country_named_in_a_table_is_listed():
    known = set(read("countries")["iso3"])
    for path in data_path("").glob("*.csv"):
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        for column in [column for column in table if column == "iso3" or column.endswith("_iso3")]:
            assert set(table[column]) - {""} <= known, f"{path.name}, {column}"


def test_loans_stand_in_the_order_of_their_keys():
    keys = read("loans")["loan_id"]
    assert keys.is_monotonic_increasing and keys.str.fullmatch(r"L\d{2}b?").all()


def test_amounts_of_loans_agree():
    loans = numbers("loans")
    dollars = loans[(loans["currency"] == "USD") & loans["amount_million"].notna()]
    assert (dollars["amount_million"] == dollars["amount_usd_million"]).all()
    full = loans[loans["status"].isin(["disbursed", "placed"]) & (loans["loan_id"] != "L04")]
    assert (full["disbursed_usd_million"] == full["amount_usd_million"]).all()
    part = loans[loans["status"] == "partly_disbursed"]
    assert (part["disbursed_usd_million"] < part["amount_usd_million"]).all()
    assert (loans[loans["status"] == "not_granted"]["disbursed_usd_million"] == 0).all()


def test_the_loan_after_the_article_is_the_one_of_the_timeline():
    loan = read("loans").set_index("loan_id").loc["L14"]
    events = read("union_state_events").query("category == 'loan'")
    assert loan["date"] in set(events["date"]) and loan["lender"] == "EFSD"


PARTS = {
    "L02": [1000, 500],
    "L03": [1000, 500],
    "L08": [800, 440, 440, 440, 440],
    "L14": [500, 300, 300, 300, 200, 200],
    "L22": [500, 500],
}


@pytest.mark.parametrize("loan", PARTS)
def test_the_parts_of_a_loan_add_up_to_what_was_paid(loan):
    """What was refused or lapsed stands after a semicolon and is no part of the sum."""
    row = read("loans").set_index("loan_id").loc[loan]
    told = row["tranches"].split(";")[0].replace(",", "")
    amounts = {int(amount) for amount in re.findall(r"\b\d{3,4}\b", told)} - set(range(2000, 2030))
    assert amounts == set(PARTS[loan])
    assert sum(PARTS[loan]) == int(row["disbursed_usd_million"])


def test_every_loan_paid_in_more_than_one_part_is_checked():
    loans = read("loans")
    several = loans["tranches"].str.split(";").str[0].str.count(r"(?<!\d)\d{3}(?!\d)|\d,\d{3}") > 1
    assert set(loans[several & loans["disbursed_usd_million"].ne("")]["loan_id"]) - {"L04"} == set(PARTS)


def test_coupons_of_the_bonds_of_2020_make_the_sum_that_was_paid():
    bonds = numbers("loans").set_index("loan_id").loc[["L20", "L20b"]]
    rate = bonds["terms"].str.extract(r"coupon ([\d.]+)%")[0].astype(float)
    assert round((bonds["amount_million"] * rate / 200).sum(), 1) == 38.6


SAME_DAYS = [
    ("loans", "loan_id", "L08", "date", "US-E039"),
    ("loans", "loan_id", "L14", "date", "US-E059"),
    ("loans", "loan_id", "L23", "date", "US-E078"),
    ("energy_disputes", "dispute_id", "D08", "start", "US-E038"),
]


@pytest.mark.parametrize(("name", "key", "row", "column", "event"), SAME_DAYS)
def test_a_day_that_stands_in_two_tables_is_the_same(name, key, row, column, event):
    events = read("union_state_events").set_index("event_id")
    assert read(name).set_index(key).loc[row, column] == events.loc[event, "date"]


def test_the_first_gas_stop_is_told_on_the_day_of_its_event():
    event = read("union_state_events").set_index("event_id").loc["US-E029", "date"]
    day = date.fromisoformat(event)
    dispute = read("energy_disputes").set_index("dispute_id").loc["D02"]
    assert dispute["start"] <= event <= dispute["end"]
    assert f"on {day.day} {day:%B} supply" in dispute["what_happened"]


def test_the_oil_dispute_of_2007_ends_with_the_rule_that_it_was_about():
    dispute = read("energy_disputes").set_index("dispute_id").loc["D04"]
    rules = read("oil_duty_regimes").set_index("start_date")
    assert dispute["end"] == rules.loc[dispute["start"], "end_date"] == "2007-01-12"


def test_references_in_notes_name_rows_that_exist():
    loans, disputes = set(read("loans")["loan_id"]), set(read("energy_disputes")["dispute_id"])
    for name in ("union_state_events", "loans", "energy_disputes"):
        text = " ".join(read(name).drop(columns=KEYS[name]).filter(regex="^(?!source)").to_numpy().ravel())
        assert set(re.findall(r"\bL\d{2}b?\b", text)) <= loans
        assert set(re.findall(r"\bD\d{2}\b", text)) <= disputes


def test_disputes_end_after_they_began():
    disputes = read("energy_disputes")
    assert (disputes["start"] <= disputes["end"]).all()
    assert disputes["start"].is_monotonic_increasing
    assert set(disputes["commodity"]) == {"gas", "oil", "oil_products", "gas_and_oil", "trade"}
