"""The data package: valid, small, quick, the same through pandas, and clear about every kind of fault."""

from __future__ import annotations

import json
import re
import shutil
import time
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package

from unionstate.data import PACKAGE, describe, load, tables
from unionstate.data_check import check_package
from unionstate.errors import CourseError
from unionstate.paths import data_path

NAMES = list(tables())
AT_LEAST = {
    "article_claims",
    "union_state_events",
    "union_state_budget",
    "council_meetings",
    "integration_projects",
    "integration_membership",
    "institutions",
    "brent_monthly",
    "gas_prices",
    "oil_supplies",
    "oil_duty_regimes",
    "loans",
    "energy_disputes",
    "subsidy_estimates",
    "sanctions_events",
    "sanctions_levels",
    "eu_belarus_listings",
    "un_agreement",
    "un_agreement_by_issue",
    "un_ideal_points",
    "trade_partners",
    "mirror_trade",
    "public_opinion",
    "democracy_scores",
    "macro",
    "pendulum_annual",
    "countries",
    "source_faults",
}


def test_frictionless_finds_no_fault() -> None:
    report = Package(str(data_path(PACKAGE))).validate()
    assert report.valid, report.to_summary()
    assert check_package() == len(NAMES)


def test_the_promised_tables_are_there_and_every_file_is_described() -> None:
    assert set(NAMES) >= AT_LEAST
    assert {file.stem for file in data_path("").glob("*.csv")} == set(NAMES)


def test_the_package_is_small() -> None:
    assert sum(file.stat().st_size for file in data_path("").iterdir()) < 3_000_000
    assert max(file.stat().st_size for file in data_path("").glob("*.csv")) < 500_000


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_fully_described(name: str) -> None:
    table = describe(name)
    assert len(table.title) > 5 and len(table.description) > 40
    assert table.coverage["time"] and table.coverage["place"]
    assert table.licences and table.sources and table.key
    assert all(re.match(r"https?://\S+$", address) for _, address in table.sources if address)
    for column in table.columns:
        assert len(column.description) > 3, column.name
        if column.type == "number":
            assert column.unit, f"{column.name} is a quantity without a unit"


@pytest.mark.parametrize("name", NAMES)
def test_load_and_plain_pandas_give_the_same_frame(name: str) -> None:
    table = describe(name)
    line = table.read_call.replace('"data/', f'r"{table.file.parent}/')
    pd.testing.assert_frame_equal(load(name), eval(line, {"pd": pd}))
    # and, but for the types that a text cannot show, pandas needs no help at all
    plain = pd.read_csv(table.file)
    assert plain.shape == load(name).shape and list(plain) == list(load(name))


@pytest.mark.parametrize("name", NAMES)
def test_columns_have_the_types_of_the_description(name: str) -> None:
    frame = load(name)
    checks = {
        "string": pd.api.types.is_string_dtype, "yearmonth": pd.api.types.is_string_dtype,
        "integer": pd.api.types.is_integer_dtype, "year": pd.api.types.is_integer_dtype,
        "number": pd.api.types.is_float_dtype, "boolean": pd.api.types.is_bool_dtype,
        "date": pd.api.types.is_datetime64_any_dtype, "datetime": pd.api.types.is_datetime64_any_dtype,
    }  # fmt: skip
    for column in describe(name).columns:
        empty = frame[column.name].isna().all()
        assert empty or checks[column.type](frame[column.name]), (column.name, frame[column.name].dtype)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_loads_in_under_a_tenth_of_a_second(name: str) -> None:
    load(name)
    start = time.perf_counter()
    load(name)
    assert time.perf_counter() - start < 0.1


@pytest.mark.parametrize("name", NAMES)
def test_keys_identify_rows_and_links_lead_somewhere(name: str) -> None:
    table, frame = describe(name), load(name)
    assert not frame.duplicated(list(table.key)).any()
    assert not frame[list(table.key)].isna().any(axis=None)
    for columns, (other, others) in table.links.items():
        target = set(map(tuple, load(other)[list(others)].astype(str).to_numpy()))
        rows = frame[list(columns)].dropna().astype(str).to_numpy()
        assert set(map(tuple, rows)) <= target, (columns, other)


def test_a_wrong_name_gets_the_nearest_one() -> None:
    with pytest.raises(CourseError, match="Did you mean 'gas_prices'"):
        load("gas_price")


# a fault of a mirror is told with the mirror's address
@pytest.mark.parametrize("name", [name for name in NAMES if name != "source_faults"])
def test_no_source_is_a_mirror_and_no_machine_shows(name: str) -> None:
    text = describe(name).file.read_text(encoding="utf-8") + json.dumps([*describe(name).sources])
    assert not re.search(r"github\.com|raw\.githubusercontent|wikileaks|wikipedia\.org|ipfs", text)


# -- broken tables -----------------------------------------------------------------------------------------------------


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to break."""
    shutil.copytree(data_path(""), tmp_path / "data")
    return tmp_path / "data" / PACKAGE


def change(file: Path, row: int, old: str, new: str) -> None:
    """Replace a text in one row, counted as an editor does."""
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    file.write_text("".join(lines), encoding="utf-8")


def faults(package: Path) -> str:
    with pytest.raises(CourseError) as caught:
        check_package(package)
    return str(caught.value)


def test_text_in_a_number_column_is_named(package: Path) -> None:
    row = (package.parent / "brent_monthly.csv").read_text().splitlines()[9]
    change(package.parent / "brent_monthly.csv", 10, row.split(",")[1], "about 20")
    said = faults(package)
    assert "brent_monthly.csv:10: Table brent_monthly, row 10, column price_usd_per_bbl: 'about 20'" in said


def test_a_duplicate_key_is_named(package: Path) -> None:
    file = package.parent / "countries.csv"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([*lines, lines[3]]))
    said = faults(package)
    assert f"countries.csv:{len(lines) + 1}: Table countries, row {len(lines) + 1}" in said
    assert "the same as in the row at position 4" in said or "column iso3" in said


def test_an_unknown_country_is_named(package: Path) -> None:
    change(package.parent / "democracy_scores.csv", 5, "GEO", "XXX")
    said = faults(package)
    assert (
        "democracy_scores.csv:5: Table democracy_scores, row 5, column iso3: XXX is not in the table countries" in said
    )


def test_a_date_out_of_range_is_named(package: Path) -> None:
    change(package.parent / "union_state_events.csv", 2, "1991-12-08", "1891-12-08")
    said = faults(package)
    assert "union_state_events.csv:2: Table union_state_events, row 2, column date: " in said
    assert "1891" in said


def test_a_date_that_is_none_is_named(package: Path) -> None:
    change(package.parent / "union_state_events.csv", 2, "1991-12-08", "8 December 1991")
    assert "union_state_events.csv:2: Table union_state_events, row 2, column date: '8 December 1991'" in faults(
        package
    )


def test_a_value_that_is_not_allowed_is_named(package: Path) -> None:
    change(package.parent / "article_claims.csv", 3, ",fact,", ",truth,")
    assert "article_claims.csv:3: Table article_claims, row 3, column type: 'truth'" in faults(package)


def test_a_wrong_encoding_is_named(package: Path) -> None:
    file = package.parent / "loans.csv"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b"loan", "l\u00f6an".encode("latin-1"), 1)
    file.write_bytes(b"".join(lines))
    said = faults(package)
    assert "loans.csv:5: Table loans, row 5: not UTF-8 text. Save the file as UTF-8." in said


def test_a_missing_file_is_named(package: Path) -> None:
    (package.parent / "gas_prices.csv").unlink()
    assert "gas_prices.csv: Table gas_prices: the file is missing. Restore it" in faults(package)


def test_a_missing_column_is_named(package: Path) -> None:
    file = package.parent / "brent_monthly.csv"
    file.write_text("\n".join(line.split(",")[0] for line in file.read_text().splitlines()) + "\n")
    assert "price_usd_per_bbl" in faults(package)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"resources": 3}', "\x00"])
def test_a_broken_description_is_one_clear_line(package: Path, content: str) -> None:
    package.write_text(content)
    said = faults(package)
    assert said.count("\n") == 0 and PACKAGE in said


@pytest.mark.parametrize(
    ("name", "encoding"), [("countries", "latin-1"), ("institutions", "cp1251"), ("loans", "cp1252")]
)
def test_another_encoding_is_one_fault_with_its_row(package: Path, name: str, encoding: str) -> None:
    file = package.parent / f"{name}.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    letter = {"latin-1": "\u00f6", "cp1251": "\u0436", "cp1252": "\u2013"}[encoding].encode(encoding)
    raw = [line.encode("utf-8") for line in lines]
    raw[1] = raw[1].rstrip(b"\n") + letter + b"\n"
    file.write_bytes(b"".join(raw))
    assert faults(package) == f"{file}:2: Table {name}, row 2: not UTF-8 text. Save the file as UTF-8."


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_another_delimiter_is_named(package: Path, delimiter: str) -> None:
    file = package.parent / "brent_annual.csv"
    file.write_text(file.read_text().replace(",", delimiter))
    assert "Table brent_annual, row 1: the header is not that of the description; missing: year" in faults(package)


def test_a_table_without_rows_and_one_with_reordered_columns_are_named(package: Path) -> None:
    file = package.parent / "brent_monthly.csv"
    header, *rows = file.read_text().splitlines()
    file.write_text(header + "\n")
    assert "Table brent_monthly: no rows." in faults(package)
    file.write_text("\n".join(",".join(reversed(line.split(","))) for line in [header, *rows]) + "\n")
    assert faults(package).count("\n") == 0 and "stand in another order" in faults(package)


def test_a_missing_table_is_not_blamed_on_those_that_refer_to_it(package: Path) -> None:
    (package.parent / "countries.csv").unlink()
    assert faults(package).count("\n") == 0


def describe_otherwise(package: Path, change) -> str:
    content = json.loads(package.read_text(encoding="utf-8"))
    change(content["resources"])
    package.write_text(json.dumps(content), encoding="utf-8")
    return faults(package)


def test_a_faulty_description_names_table_and_column(package: Path) -> None:
    original = package.read_text(encoding="utf-8")
    for change, said in {
        lambda all_: all_[0].pop("title"): "Table article_sentences: 'title': field required.",
        lambda all_: all_[0].pop("licenses"): "Table article_sentences: 'licenses': field required.",
        lambda all_: all_[0]["schema"]["fields"][1].pop("description"): "Table article_sentences, column paragraph: ",
        lambda all_: all_[0]["schema"]["fields"][0]["constraints"].update(pattern="("): "no regular expression",
        lambda all_: all_.append(all_[0]): "Table article_sentences: described twice.",
        lambda all_: all_[0].update(path="../secret.csv"): "name a file in the same folder",
        lambda all_: all_[0]["schema"].update(primaryKey=["nothing"]): "a key needs nothing of article_sentences",
        lambda all_: all_[0]["schema"]["fields"][1].update(type="integre"): "column paragraph: 'type'",
    }.items():
        package.write_text(original, encoding="utf-8")
        assert said in describe_otherwise(package, change)


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, package: Path):
    """Loads tables from the copy."""
    import unionstate.data as data

    monkeypatch.setattr(data, "data_path", lambda name: package.parent / name)
    data.tables.cache_clear()
    yield data
    data.tables.cache_clear()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("name", "row", "old", "new", "said"),
    [
        ("brent_monthly", 10, None, "about 20", "row 10, column price_usd_per_bbl: 'about 20' is no number."),
        ("union_state_events", 2, "1991-12-08", "1991-02-30", "row 2, column date: '1991-02-30' is no date."),
        ("union_state_events", 2, "1991-12-08", "08/12/1991", "row 2, column date: '08/12/1991' is no date."),
        ("union_state_events", 2, "1991-12-08", "8 December 1991", "row 2, column date: '8 December 1991' is no date."),
        ("article_sentences", 2, ",1,1,", ",1.5,1,", "row 2, column paragraph: '1.5' is no integer."),
    ],
)
def test_loading_a_broken_table_names_table_row_and_column(
    broken, package: Path, name: str, row: int, old: str | None, new: str, said: str
) -> None:
    file = package.parent / f"{name}.csv"
    change(file, row, old or file.read_text().splitlines()[row - 1].split(",")[1], new)
    with pytest.raises(CourseError) as caught:
        broken.load(name)
    assert f"{file}:{row}: Table {name}, {said}" in str(caught.value)


def test_loading_what_is_not_there_or_not_text_is_one_line(broken, package: Path) -> None:
    (package.parent / "brent_monthly.csv").unlink()
    (package.parent / "brent_annual.csv").unlink()
    (package.parent / "brent_annual.csv").mkdir()
    loans = package.parent / "loans.csv"
    loans.write_bytes(loans.read_bytes().replace(b"loan", b"l\xf6an", 2))
    for name, said in {
        "brent_monthly": "the file is missing",
        "brent_annual": "not readable",
        "loans": "not UTF-8",
    }.items():
        with pytest.raises(CourseError, match=f"Table {name}.*{said}") as caught:
            broken.load(name)
        assert "\n" not in str(caught.value)
