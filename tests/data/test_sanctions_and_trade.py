"""Sanctions, trade, polls and the table of faults: keys, sums, and everything that follows from other columns."""

import re

import pandas as pd
import pytest

from unionstate.paths import data_path


def read(name: str, **options) -> pd.DataFrame:
    """A table, missing cells as NaN."""
    return pd.read_csv(data_path(f"{name}.csv"), **options)


EVENTS = read("sanctions_events", parse_dates=["date"])
BY_ID = EVENTS.set_index("event_id")
LEVELS = read("sanctions_levels")
TRADE = read("trade_partners")
MIRROR = read("mirror_trade")
POLLS = read("public_opinion")
PARTNERS = read("partners")
KINDS = ["travel_ban", "asset_freeze", "arms_embargo", "sectoral", "trade", "financial", "aviation", "other_measure"]

KEYS = {
    "sanctions_events": ["event_id"],
    "sanctions_levels": ["target_iso3", "sender", "month"],
    "eu_belarus_listings": ["listing_date"],
    "eu_ukraine_listings": ["month"],
    "ofac_belarus_listings": ["as_of"],
    "partners": ["partner"],
    "trade_partners": ["year", "flow", "partner"],
    "mirror_trade": ["year", "reporter_iso3", "flow", "partner"],
    "trade_published_figures": ["figure_id"],
    "poll_questions": ["question_id"],
    "public_opinion": ["question_id", "fieldwork", "pollster", "answer", "source_url"],
    "source_faults": ["fault_id"],
}
REFERENCES = [
    ("sanctions_events", "target_iso3", "countries", "iso3"),
    ("sanctions_levels", "target_iso3", "countries", "iso3"),
    ("sanctions_levels", "event_id", "sanctions_events", "event_id"),
    ("eu_belarus_listings", "event_id", "sanctions_events", "event_id"),
    ("ofac_belarus_listings", "event_id", "sanctions_events", "event_id"),
    ("partners", "iso3", "countries", "iso3"),
    ("trade_partners", "partner", "partners", "partner"),
    ("mirror_trade", "partner", "partners", "partner"),
    ("mirror_trade", "reporter_iso3", "countries", "iso3"),
    ("trade_published_figures", "partner", "partners", "partner"),
    ("public_opinion", "question_id", "poll_questions", "question_id"),
]


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_complete_and_unique(name):
    table = read(name)
    assert len(table) and table[KEYS[name]].notna().all(axis=None)
    assert not table.duplicated(KEYS[name]).any()


@pytest.mark.parametrize(("name", "column", "other", "key"), REFERENCES)
def test_a_reference_resolves(name, column, other, key):
    assert set(read(name)[column].dropna()) <= set(read(other)[key])


@pytest.mark.parametrize("name", [name for name in KEYS if "source_url" in read(name)])
def test_addresses_are_whole(name):
    table = read(name)
    for column in {"source_url", "source_url_2"} & set(table):
        assert table[column].dropna().map(lambda url: bool(re.fullmatch(r"https?://\S+", url))).all()


# Sanctions


def test_counts_after_a_decision_follow_from_the_counts_before():
    """The list grows by what is added. SE-129: printed totals do not add (source_faults); SE-133: main steps only."""
    lists = EVENTS.sort_values(["date", "event_id"])
    broken = set()
    for (_, _), rows in lists.groupby(["target_iso3", "sender"]):
        for what in ("persons", "entities"):
            known = rows.dropna(subset=[f"{what}_listed_after"])
            gap = known[f"{what}_listed_after"].diff() - known[f"{what}_added"].fillna(0)
            wrong = known[(gap.fillna(0) != 0) & known[f"{what}_added"].notna() & (known["action"] != "impose")]
            broken |= {(event, what) for event in wrong["event_id"]}
    assert broken == {("SE-129", "entities"), ("SE-133", "persons"), ("SE-133", "entities")}


@pytest.mark.parametrize(
    ("event", "persons", "entities", "in_force"),
    [
        ("SE-009", 4, 0, 4),
        ("SE-013", 37, 0, 37),
        ("SE-029", 41, 0, 41),
        ("SE-148", 41, 0, 5),
        ("SE-033", 156, 0, 156),
        ("SE-037", 192, 3, 192),
        ("SE-044", 243, 32, 243),
        ("SE-072", 174, 3, 4),
        ("SE-075", 174, 3, 4),
        ("SE-076", 4, 0, 4),
        ("SE-094", 44, 0, 44),
        ("SE-097", 59, 0, 59),
        ("SE-099", 88, 7, 88),
        ("SE-105", 166, 15, 166),
        ("SE-111", 183, 26, 183),
        ("SE-016", 10, 0, 10),
        ("SE-106", 41, 18, 41),
    ],
)
def test_sizes_of_the_lists_that_lessons_use(event, persons, entities, in_force):
    row = BY_ID.loc[event]
    found = (row["persons_listed_after"], row["entities_listed_after"], row["persons_in_force_after"])
    assert found == (persons, entities, in_force)


@pytest.mark.parametrize(
    ("event", "day"),
    [
        ("SE-009", "2004-09-24"),
        ("SE-013", "2006-04-10"),
        ("SE-016", "2006-06-16"),
        ("SE-029", "2008-10-13"),
        ("SE-148", "2008-11-10"),
        ("SE-033", "2011-01-31"),
        ("SE-072", "2015-10-29"),
        ("SE-075", "2016-02-15"),
        ("SE-076", "2016-02-25"),
        ("SE-094", "2020-10-02"),
        ("SE-104", "2021-06-04"),
        ("SE-105", "2021-06-21"),
        ("SE-107", "2021-06-24"),
        ("SE-121", "2022-03-02"),
    ],
)
def test_days_that_lessons_use(event, day):
    assert BY_ID.loc[event, "date"] == pd.Timestamp(day) and BY_ID.loc[event, "date_seen"] == "day"


def test_the_156_or_158_puzzle():
    """Only 156 leads to every total printed later."""
    added = BY_ID.loc[["SE-035", "SE-036", "SE-037", "SE-039", "SE-040", "SE-043", "SE-044"], "persons_added"]
    assert (156 + added.cumsum()).tolist() == [175, 188, 192, 208, 210, 231, 243]


PAIRS = {"SE-029": "SE-148", "SE-075": "SE-076", "SE-079": "SE-085", "SE-020": "SE-024"}


def test_a_step_in_two_rows_is_counted_once_by_its_act():
    """Both rows of a pair tell of the same sender and target; exactly one of them is the act."""
    staged = BY_ID["stage"].dropna()
    assert set(staged.index) == set(PAIRS) | set(PAIRS.values())
    for first, second in PAIRS.items():
        one, two = BY_ID.loc[first], BY_ID.loc[second]
        assert (one["sender"], one["target_iso3"], one["action"]) == (two["sender"], two["target_iso3"], two["action"])
        assert one["date"] < two["date"]
        assert (one["stage"], two["stage"]) in {("agreed", "act"), ("act", "in_force")}
        assert second in str(one["note"]) and first in str(two["note"])


@pytest.mark.parametrize(("event", "act"), [("SE-029", "SE-148"), ("SE-075", "SE-076")])
def test_the_days_of_the_two_stages_that_lessons_tell_apart(event, act):
    days = {"SE-029": ("2008-10-13", "2008-11-10"), "SE-075": ("2016-02-15", "2016-02-25")}[event]
    found = (BY_ID.loc[event, "date"], BY_ID.loc[act, "date"])
    assert tuple(f"{day:%Y-%m-%d}" for day in found) == days
    assert (BY_ID.loc[event, "stage"], BY_ID.loc[act, "stage"]) == ("agreed", "act")


def test_a_summary_is_one_short_sentence_without_keys_and_numbers_of_acts():
    for event, text in BY_ID["summary"].items():
        assert 30 < len(text) <= 160 and text.endswith(".") and "  " not in text, event
        assert not re.search(r"SE-\d|OJ |CFSP|\d+/\d+|not confirmed|Regulation|Decision|Executive Order", text), event
        assert "." not in text[:-1], event
    assert BY_ID["summary"].is_unique


SENDERS = {
    "EU": r"^EU\b|^The EU act\b|^Most EU measures\b",
    "EU states": r"EU states\b",
    "US": r"^The US\b",
    "UK": r"^The UK\b",
    "Canada": "^Canada",
    "Switzerland": "^Switzerland",
    "Baltic states": "^Estonia, Latvia and Lithuania",
}
TARGETS = {
    "RUS": "Russia|Ukrain|Crimea|MH17|Mariupol|Donetsk",
    "BLR": r"Belarus|of the 41|Belavia|2020 election",
}


def test_a_summary_names_its_sender_and_since_2014_its_target():
    for row in EVENTS.itertuples():
        assert re.search(SENDERS[row.sender], row.summary), row.event_id
        if row.date >= pd.Timestamp("2014-01-01"):
            assert re.search(TARGETS[row.target_iso3], row.summary), row.event_id


def test_totals_in_a_summary_are_those_of_the_row():
    words = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    numbers = {word: number for number, word in enumerate(words, start=1)}
    checked = 0
    for row in EVENTS.itertuples():
        total = re.search(r"(\w+)(?: persons)?(?: and (\d+)(?: entities)?)? in all", row.summary)
        if total and pd.notna(row.persons_listed_after):
            said = total[1]
            assert (numbers.get(said) or int(said)) == row.persons_listed_after, row.event_id
            assert total[2] is None or int(total[2]) == row.entities_listed_after, row.event_id
            checked += 1
        added = re.search(
            r"\b(?:adds|lists) (\w+)(?: more)? persons(?! and entities)(?: and (\w+) (?:entities|firms|companies))?",
            row.summary,
        )
        if added and pd.notna(row.persons_added) and row.event_id != "SE-033":
            assert (numbers.get(added[1]) or int(added[1])) == row.persons_added, row.event_id
            if added[2]:
                assert (numbers.get(added[2]) or int(added[2])) == row.entities_added, row.event_id
            checked += 1
    assert checked > 55


def test_the_ninth_and_tenth_package_fit_together():
    ninth, tenth = BY_ID.loc["SE-133"], BY_ID.loc["SE-134"]
    assert (ninth["persons_added"], ninth["entities_added"]) == (141, 49)
    assert (ninth["persons_listed_after"], ninth["entities_listed_after"]) == (1386, 171)
    assert (tenth["persons_listed_after"], tenth["entities_listed_after"]) == (1386 + 87, 171 + 34)


def test_measures_in_force_are_never_more_than_measures_listed():
    for what in ("persons", "entities"):
        both = EVENTS.dropna(subset=[f"{what}_listed_after", f"{what}_in_force_after"])
        assert (both[f"{what}_in_force_after"] <= both[f"{what}_listed_after"]).all()


def test_every_decision_has_an_instrument_and_a_first_day_where_only_the_month_is_known():
    assert EVENTS[KINDS].any(axis=1).all()
    assert (EVENTS.loc[EVENTS["date_seen"] == "month", "date"].dt.day == 1).all()


def level_of(state: dict) -> int:
    """The highest line of the scale that fits a state of the law."""
    frozen = state["persons"] if "asset_freeze" in state["active"] else 0
    if state["economy"] == "broad":
        return 4
    if state["economy"] == "narrow" or frozen >= 100 or state["entities"] >= 10 or state["state_firm"]:
        return 3
    if state["persons"] >= 10:
        return 2
    return int(bool(state["persons"] or state["entities"] or state["active"]))


def levels_from_events(target: str, sender: str, months: list[str]) -> pd.Series:
    """The level on the last day of each month, from nothing but the events."""
    rows = EVENTS[(EVENTS["target_iso3"] == target) & (EVENTS["sender"] == sender)].sort_values(["date", "event_id"])
    state = {"persons": 0, "entities": 0, "state_firm": False, "economy": "none", "active": set()}
    steps = {}
    for row in rows[~rows["action"].isin(["renew", "extend"])].itertuples():
        named = {kind for kind in KINDS if getattr(row, kind)}
        if row.action in ("impose", "expand"):
            state["active"] = state["active"] | named
        known = row.persons_in_force_after
        if row.action == "lift" and known == 0:
            state["active"] = state["active"] - named
        added = 0 if pd.isna(row.persons_added) else row.persons_added
        state["persons"] = known if pd.notna(known) else max(state["persons"], added)
        known, added = row.entities_in_force_after, 0 if pd.isna(row.entities_added) else row.entities_added
        state["entities"] = known if pd.notna(known) else max(state["entities"], added)
        state["state_firm"] = row.state_firm_frozen_after is True or row.state_firm_frozen_after == "True"
        state["economy"] = row.economy_limits_after
        steps[row.date.strftime("%Y-%m")] = level_of(state)
    return pd.Series(steps, dtype=float).reindex(months).ffill().fillna(0).astype(int)


UNDECIDED = {
    ("BLR", "US"): [*pd.period_range("1998-07", "1999-11", freq="M").strftime("%Y-%m"), "2006-05"],
}


@pytest.mark.parametrize(("target", "sender"), [("BLR", "EU"), ("BLR", "US"), ("RUS", "EU"), ("RUS", "US")])
def test_levels_are_recomputed_from_the_events(target, sender):
    """Equal in every month but those in which the number of persons was not published."""
    coded = LEVELS[(LEVELS["target_iso3"] == target) & (LEVELS["sender"] == sender)].set_index("month")["level"]
    computed = levels_from_events(target, sender, coded.index.tolist())
    differ = coded.index[coded != computed].tolist()
    assert differ == UNDECIDED.get((target, sender), [])
    assert (computed[differ] == 1).all() and (coded[differ] == 2).all()


CHECK_VALUES = [
    ("BLR", "EU", "1997-09", 1),
    ("BLR", "EU", "1998-07", 2),
    ("BLR", "EU", "1999-02", 1),
    ("BLR", "EU", "2006-04", 2),
    ("BLR", "EU", "2008-10", 2),
    ("BLR", "EU", "2008-11", 1),
    ("BLR", "EU", "2011-01", 3),
    ("BLR", "EU", "2015-10", 1),
    ("BLR", "EU", "2016-02", 1),
    ("BLR", "EU", "2020-10", 2),
    ("BLR", "EU", "2020-12", 3),
    ("BLR", "EU", "2021-06", 4),
    ("BLR", "US", "2007-11", 3),
    ("BLR", "US", "2015-10", 2),
    ("BLR", "US", "2021-04", 3),
    ("BLR", "US", "2022-02", 3),
    ("BLR", "US", "2022-03", 4),
    ("RUS", "EU", "2014-03", 2),
    ("RUS", "EU", "2014-07", 3),
    ("RUS", "EU", "2016-02", 3),
    ("RUS", "EU", "2022-02", 4),
    ("RUS", "US", "2014-03", 2),
    ("RUS", "US", "2014-04", 3),
    ("RUS", "US", "2022-02", 4),
]


@pytest.mark.parametrize(("target", "sender", "month", "level"), CHECK_VALUES)
def test_levels_of_months_that_lessons_use(target, sender, month, level):
    assert LEVELS.set_index(["target_iso3", "sender", "month"]).loc[(target, sender, month), "level"] == level


def test_levels_have_every_month_and_change_only_with_a_decision_of_that_month():
    for (target, _), rows in LEVELS.groupby(["target_iso3", "sender"]):
        first = {"BLR": "1996-01", "RUS": "2014-01"}[target]
        assert rows["month"].tolist() == pd.period_range(first, "2024-12", freq="M").strftime("%Y-%m").tolist()
        changed = rows[rows["level"].diff().fillna(0) != 0]
        months = BY_ID.loc[changed["event_id"], "date"].dt.strftime("%Y-%m")
        assert months.tolist() == changed["month"].tolist()
        earlier = rows.dropna(subset=["event_id"])
        assert (BY_ID.loc[earlier["event_id"], "date"].dt.strftime("%Y-%m").to_numpy() <= earlier["month"]).all()
        assert (rows.loc[rows["event_id"].isna(), "level"] == 0).all()


def test_the_decision_of_a_level_is_on_the_same_target_and_by_the_same_sender():
    known = LEVELS.dropna(subset=["event_id"])
    of_event = BY_ID.loc[known["event_id"], ["target_iso3", "sender"]]
    assert (of_event.to_numpy() == known[["target_iso3", "sender"]].to_numpy()).all()


def test_reported_additions_are_those_of_the_events_and_survivors_differ_in_four_rows():
    table = read("eu_belarus_listings").dropna(subset=["event_id"])
    events = BY_ID.loc[table["event_id"]]
    assert (events["date"].dt.strftime("%Y-%m-%d").to_numpy() == table["listing_date"]).all()
    for what in ("persons", "entities"):
        assert (events[f"{what}_added"].fillna(0).to_numpy() == table[f"reported_{what}_added"]).all()
    apart = (table["persons_still_listed"] - table["reported_persons_added"]).abs()
    apart += (table["entities_still_listed"] - table["reported_entities_added"]).abs()
    days = ["2020-10-02", "2020-12-17", "2021-12-02", "2024-08-05"]
    assert table.loc[apart > 0, "listing_date"].tolist() == days and apart.max() == 1


def test_the_us_list_has_the_size_that_the_events_add_up_to():
    for row in read("ofac_belarus_listings").itertuples():
        event = BY_ID.loc[row.event_id]
        assert (event["persons_listed_after"], event["entities_listed_after"]) == (row.persons, row.entities)
        assert event["date"] <= pd.Timestamp(row.as_of)


def test_survivors_of_the_ukraine_list():
    table = read("eu_ukraine_listings").set_index("month")["persons_still_listed"]
    assert table[table.index <= "2015-03"].sum() == 133 and table["2022-02"] == 478


# Trade

PARTS = ["Russia", "EU28", "Ukraine", "China", "Kazakhstan", "Unspecified", "Rest of world"]


def test_seven_parts_make_the_world():
    world = TRADE[TRADE["partner"] == "World"].set_index(["year", "flow"])["value_usd_million"]
    parts = TRADE[TRADE["partner"].isin(PARTS)].groupby(["year", "flow"])["value_usd_million"].sum()
    assert len(world) == 2 * 19 and (parts - world).abs().max() < 0.0035


def test_every_partner_has_every_year_and_flow():
    assert len(TRADE) == 19 * 2 * TRADE["partner"].nunique() == 646


def test_shares_are_recomputed_from_values():
    world = TRADE[TRADE["partner"] == "World"].set_index(["year", "flow"])["value_usd_million"]
    total = world.reindex(TRADE[["year", "flow"]].to_records(index=False).tolist()).to_numpy()
    assert (100 * TRADE["value_usd_million"] / total - TRADE["share_pct"]).abs().max() < 0.0051
    share = 100 * MIRROR["value_usd_million"] / MIRROR["total_usd_million"]
    assert (share - MIRROR["share_pct"]).abs().max() < 0.0051
    assert MIRROR.groupby(["year", "reporter_iso3", "flow"])["total_usd_million"].nunique().eq(1).all()


def test_groups_hold_their_members():
    value = TRADE.pivot_table(index=["year", "flow"], columns="partner", values="value_usd_million")
    gap = value["EU28"] - value["United Kingdom"] - value["EU27 (2020 composition)"]
    assert gap.abs().max() < 0.0025
    assert (value["EU members in that year"] <= value["EU28"] + 0.0015).all()
    late = value.loc[2014:]
    assert (late["EU members in that year"] - late["EU28"]).abs().max() < 0.0015


def test_kinds_are_those_of_the_table_of_partners():
    kinds = PARTNERS.set_index("partner")["kind"]
    assert (TRADE["partner"].map(kinds) == TRADE["partner_kind"]).all()
    country = PARTNERS["kind"] == "country"
    assert PARTNERS.loc[country, "iso3"].notna().all() and PARTNERS.loc[~country, "iso3"].isna().all()
    assert PARTNERS.loc[~country, "definition"].notna().all()


def share_of(partner: str, flow: str) -> pd.Series:
    rows = TRADE[(TRADE["partner"] == partner) & (TRADE["flow"] == flow)]
    return rows.set_index("year")["share_pct"]


def test_the_years_in_which_the_eu_took_more_than_russia():
    eu, russia = share_of("EU28", "export"), share_of("Russia", "export")
    assert eu.index[eu > russia].tolist() == [2005, 2006, 2007, 2008, 2009, 2011, 2012]
    assert (eu.idxmax(), eu.max(), eu[2016], eu[1999]) == (2006, 46.15, 23.56, 23.12)
    assert (russia[2006], russia[2016]) == (34.70, 46.32)


def test_an_enlargement_is_not_a_turn_to_the_west():
    members, fixed = share_of("EU members in that year", "export"), share_of("EU28", "export")
    assert (members[2003], members[2004], fixed[2003], fixed[2004]) == (22.92, 36.67, 36.57, 37.57)
    assert round(members[2004] - members[2003], 2) == 13.75 and round(fixed[2004] - fixed[2003], 2) == 1.00


def test_the_broken_year_of_imports():
    assert share_of("EU28", "import")[[2013, 2014, 2015]].tolist() == [24.34, 31.64, 19.07]
    value = TRADE[TRADE["flow"] == "import"].pivot(index="year", columns="partner", values="value_usd_million").round()
    assert value.loc[[2013, 2014, 2015], "Lithuania"].tolist() == [466, 3290, 278]
    assert value.loc[[2013, 2014, 2015], "Poland"].tolist() == [1579, 2432, 1084]
    assert value.loc[[2013, 2014, 2015], "China"].tolist() == [2827, 948, 2321]
    lithuania = MIRROR.query("reporter_iso3 == 'LTU' and flow == 'export' and partner == 'Belarus'").set_index("year")
    assert lithuania.loc[[2013, 2014, 2015], "value_usd_million"].round().tolist() == [1693, 1507, 1171]


def test_whose_customs():
    """Belarus's imports from Russia by Belarus's and by Russia's records."""
    ours = TRADE.query("partner == 'Russia'").set_index(["flow", "year"])["value_usd_million"]
    theirs = MIRROR.query("reporter_iso3 == 'RUS' and partner == 'Belarus'").set_index(["flow", "year"])
    theirs = theirs["value_usd_million"]
    imports, exports = ours["import"], theirs["export"]
    assert 2009 not in exports.index and set(exports.index) == set(range(1998, 2017)) - {2009}
    gap = imports - exports
    years = [2012, 2013, 2014, 2015, 2016]
    assert gap[years].round().tolist() == [5889, 5703, 5329, 4466, 923]
    assert (100 * gap / exports)[years].round().tolist() == [28, 34, 32, 36, 7]
    assert round(imports[2010], 1) == 18080.6
    for here, there in (("import", "export"), ("export", "import")):
        same = (ours[here] - theirs[there]).abs() < 0.0005
        assert same.index[same].tolist() == [2002, 2003, 2006, 2010]


def test_missing_records_are_missing_rows():
    years = MIRROR[MIRROR["partner"] == "Belarus"].groupby("reporter_iso3")["year"].agg(set)
    assert 2016 not in years["UKR"] and 2015 not in years["LVA"] and 2009 not in years["RUS"]
    assert not (MIRROR["value_usd_million"] == 0).any()


def test_published_figures_are_marked_where_they_cover_part_of_a_year():
    figures = read("trade_published_figures")
    assert figures.loc[figures["months"] == "1-5", "year"].tolist() == [2023]
    assert figures[["value_usd_million", "share_pct"]].notna().any(axis=1).all()
    assert set(figures["partner"]) <= set(PARTNERS["partner"])


# Polls


def test_three_shares_add_to_100_except_in_december_2015():
    either = POLLS[(POLLS["question_id"] == "either_or") & POLLS["preferred"]]
    sums = either.groupby("fieldwork")["pct"].agg(["sum", "size"]).query("size == 3")["sum"].round(1)
    assert len(sums) == 12 and sums["2015-12"] == 102.7
    assert (sums.drop("2015-12") == 100.0).all()


def test_the_misprint_gives_three_leads():
    wave = POLLS.query("question_id == 'either_or' and fieldwork == '2015-12'").set_index("answer")["pct"]
    russia, eu, none = wave["russia"], wave["eu"], wave["no_answer"]
    leads = [russia - eu, 100 - eu - none - eu, russia - (100 - russia - none)]
    assert [round(lead, 1) for lead in leads] == [28.4, 25.7, 31.1]


def test_nineteen_waves_of_the_forced_choice():
    rows = POLLS[(POLLS["question_id"] == "either_or") & POLLS["preferred"]]
    wide = rows.pivot(index="fieldwork", columns="answer", values="pct")
    net = (wide["eu"] - wide["russia"]).round(1)
    assert len(net) == 19
    assert (net.idxmax(), net.max(), net.idxmin(), net.min()) == ("2013-12", 8.0, "2015-12", -28.4)
    signs = (net > 0).astype(int).diff().abs().sum()
    assert signs == 4
    month = net.index.to_series()
    active = net[month.between("2004-09", "2008-09") | month.between("2011-02", "2015-09")]
    rest = net.drop(active.index)
    assert (len(active), round(active.mean(), 2), len(rest), round(rest.mean(), 3)) == (11, -7.69, 8, -7.775)
    assert wide["russia"].idxmax() == "2006-05"


def test_one_preferred_row_for_an_answer_in_a_wave():
    assert not POLLS[POLLS["preferred"]].duplicated(["question_id", "fieldwork", "pollster", "answer"]).any()
    assert (~POLLS["preferred"]).sum() == 4
    assert (POLLS.loc[POLLS["fieldwork_precision"] == "year", "fieldwork"].str[-2:] == "01").all()


def test_shares_of_a_wave_never_pass_100_but_in_the_known_faults():
    sums = POLLS.groupby(["question_id", "fieldwork", "pollster", "source_url"])["pct"].sum().round(1)
    over = sums[sums > 100].droplevel([2, 3])
    assert over.to_dict() == {("alliance_with", "2020-10"): 100.3, ("either_or", "2015-12"): 102.7}


def test_questions_without_left_out_answers_add_up():
    questions = read("poll_questions").set_index("question_id")["answers_left_out"]
    assert set(questions.index) == set(POLLS["question_id"])
    assert questions[~questions].index.tolist() == ["alliance_with", "either_or"]


# Faults


def test_faults_name_tables_and_columns_of_the_package():
    for fault in read("source_faults").itertuples():
        columns = pd.read_csv(data_path(f"{fault.table_name}.csv"), nrows=0).columns
        assert fault.column_name in columns, (fault.fault_id, fault.table_name, fault.column_name)


def test_faults_name_events_that_exist():
    text = " ".join(read("source_faults").fillna("").astype(str).agg(" ".join, axis=1))
    assert set(re.findall(r"SE-\d{3}", text)) <= set(BY_ID.index)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("trade_partners", "consignment"),
        ("trade_partners", "EU28"),
        ("mirror_trade", "last digit"),
        ("mirror_trade", "no Russian row"),
        ("public_opinion", "102.7"),
        ("macro", "swapped"),
        ("un_ideal_points", "jumps"),
        ("gas_prices", "averages"),
        ("union_state_budget", "first readings"),
        ("sanctions_events", "156"),
    ],
)
def test_the_faults_readers_must_be_told_are_there(table, words):
    faults = read("source_faults").query("table_name == @table")
    assert faults["what_is_wrong"].str.contains(words, regex=False).any()


def test_the_swapped_inflation_series_have_their_right_names_here():
    macro = read("macro").query("iso3 == 'BLR' and year == 2011").set_index("indicator_code")["value"].round(1)
    assert (macro["FP.CPI.TOTL.ZG"], macro["NY.GDP.DEFL.KD.ZG"]) == (53.2, 70.8)
