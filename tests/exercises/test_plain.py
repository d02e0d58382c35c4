"""Values cross as plain data and come back equal; data that nobody can have written is refused."""

import contextlib
import datetime
import decimal
import fractions
import json
import math
import string

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unionstate.exercises import plain
from unionstate.exercises.plain import Malformed, Opaque, decode, encode
from unionstate.paths import data_path


def cross(value):
    """There and back, as text of JSON."""
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


def same(one, other):
    """Equal in value and type, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other, check_freq=False)
        return True
    if isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other, check_freq=False)
        return True
    if isinstance(one, pd.Index):
        pd.testing.assert_index_equal(one, other, exact=True, check_freq=False)
        return True
    if isinstance(one, np.ndarray):
        entries = zip(one.ravel().tolist(), other.ravel().tolist(), strict=True)
        return (one.dtype, one.shape) == (other.dtype, other.shape) and all(same(*pair) for pair in entries)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    return one is other or repr(one) == repr(other) or one == other


NUMBERS = st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.text(max_size=20)
TIMES = st.dates() | st.datetimes() | st.times() | st.timedeltas() | st.fractions() | st.decimals(-1000, 1000)
LEAVES = NUMBERS | TIMES | st.complex_numbers() | st.binary(max_size=20)
HASHABLE = st.integers(-5, 5) | st.text(max_size=5) | st.dates() | st.tuples(st.integers(0, 3), st.text(max_size=2))
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE, inner, max_size=4)
        | st.frozensets(HASHABLE, max_size=4)
        | st.sets(HASHABLE, max_size=4)
    ),
    max_leaves=12,
)
COLUMNS = {
    "float64": st.floats(),
    "float32": st.floats(width=32),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "uint8": st.integers(0, 255),
    "bool": st.booleans(),
    "object": st.none() | st.integers(-9, 9) | st.text(max_size=3),
    "string": st.none() | st.text(max_size=5),
    "Int64": st.none() | st.integers(-9, 9),
    "boolean": st.none() | st.booleans(),
    "category": st.sampled_from(["a", "b", None]),
    "datetime64[ns]": st.none() | st.datetimes(datetime.datetime(1990, 1, 1), datetime.datetime(2030, 1, 1)),
    "timedelta64[s]": st.integers(-99, 99).map(lambda n: pd.Timedelta(seconds=n)),
    "period[M]": st.integers(0, 600).map(lambda n: pd.Period(ordinal=n, freq="M")),
}


@st.composite
def frames(draw):
    """Tables of every kind of column."""
    rows = draw(st.integers(0, 4))
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), max_size=4))
    series = [
        pd.Series(draw(st.lists(COLUMNS[kind], min_size=rows, max_size=rows)), dtype=kind, index=range(rows))
        for kind in kinds
    ]
    made = pd.concat(series, axis=1) if series else pd.DataFrame(index=range(rows))
    made.columns = draw(st.lists(st.sampled_from("abc") | st.integers(0, 2), min_size=len(kinds), max_size=len(kinds)))
    labels = st.lists(st.text(string.ascii_letters, max_size=3), min_size=rows, max_size=rows)
    if draw(st.booleans()):
        made.index = pd.Index(draw(labels), name=draw(st.none() | st.just("name")))
    return made


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_plain_values_come_back_equal(value):
    assert same(cross(value), value)


@settings(max_examples=100, deadline=None)
@given(frames())
def test_tables_come_back_equal(frame):
    assert same(cross(frame), frame)
    assert same(cross(frame.index), frame.index)
    for place in range(frame.shape[1]):
        assert same(cross(frame.iloc[:, place]), frame.iloc[:, place])


@pytest.mark.parametrize(
    "value",
    [
        ...,
        pd.NaT,
        pd.NA,
        range(5),
        np.float64(1.5),
        np.float32(0.1),
        np.float64("nan"),
        np.int8(-3),
        np.bool_(True),
        np.str_("text"),
        np.complex128(1 + 2j),
        np.datetime64("2016-02"),
        np.timedelta64(3, "D"),
        pd.Timestamp("2016-02-25 03:00:00.123456789"),
        pd.Timestamp("2016-02-25", tz="Europe/Minsk"),
        pd.Timestamp("2016-02-25T00:00+03:00"),
        pd.Timedelta("3 days 4 hours"),
        pd.Period("2016-02"),
        pd.Period("2016Q1"),
        pd.Interval(1, 2.5, closed="both"),
        datetime.datetime(2016, 2, 25, tzinfo=datetime.UTC),
        np.arange(6.0).reshape(2, 3),
        np.array(3.5),
        np.zeros((0, 3)),
        np.array(["a", "bcd"]),
        np.array([1, "a", None, [1]], dtype=object),
        np.array(["2016-02-25"], dtype="datetime64[D]"),
        np.array([[True, False]]),
        pd.RangeIndex(3, name="place"),
        pd.period_range("2004-01", "2005-01", freq="M"),
        pd.date_range("2016-01-01", periods=3, tz="Europe/Minsk"),
        pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["x", None]),
        pd.cut(pd.Series([1, 2, 3]), 2),
        pd.DataFrame([[1, 2]], columns=["a", "a"]),
        pd.DataFrame({("a", 1): [1.5], ("b", 2): ["x"]}),
        pd.DataFrame(),
        pd.Series([], dtype=float),
        pd.array([1, None], dtype="Int64"),
    ],
    ids=repr,
)
def test_values_of_pandas_and_numpy_come_back_equal(value):
    assert same(cross(value), value) or cross(value).equals(value)


@pytest.mark.parametrize("name", ["council_meetings.csv", "gas_prices.csv", "article_sentences.csv"])
def test_tables_of_the_course_come_back_equal(name):
    table = pd.read_csv(data_path(name))
    assert same(cross(table), table)
    grouped = table.set_index(list(table.columns[:2]))
    assert same(cross(grouped), grouped)


def test_what_is_no_plain_data_arrives_opaque_and_without_arithmetic():
    class Generous(float):
        def __eq__(self, other):
            return True

        __hash__ = float.__hash__

    class Liar:
        __class__ = float

        def __float__(self):
            return 42.0

    for value, what in ((Generous(1), "Generous"), (Liar(), "Liar"), (print, "builtin_function_or_method")):
        made = cross(value)
        assert made == Opaque(what)
        with pytest.raises(TypeError):
            float(made)
        with pytest.raises(TypeError):
            made + 1
    assert cross([Generous(1), {"a": json}]) == [Opaque("Generous"), {"a": Opaque("module")}]


def test_a_hostile_value_is_encoded_without_an_error():
    class Bad(type):
        @property
        def __name__(cls):
            raise SystemError

        __module__ = property(lambda cls: 1 / 0)

    assert isinstance(cross(Bad("Bad", (), {})()), Opaque)
    endless = []
    endless += [endless, endless]
    assert isinstance(cross(endless), Opaque)
    deep = []
    for _ in range(2000):
        deep = [deep]
    assert isinstance(cross(deep), list)
    assert cross("half \ud800 a character") == "half ? a character"


@pytest.mark.parametrize(
    "value",
    ["x" * 2_000_000, list(range(600_000)), np.zeros(10**6), pd.DataFrame(np.zeros((10**5, 3))), set(range(20_000))],
    ids=["text", "list", "array", "table", "set"],
)
def test_what_is_too_large_does_not_cross(value):
    made = cross(value)
    assert isinstance(made, Opaque) and "too large" in made.what


def test_numbers_without_measure_do_not_cross():
    for value in (10**5000, range(10**18), decimal.Decimal("1e99999")):
        assert isinstance(cross(value), Opaque)


def test_the_limit_is_kept():
    for limit in (100, 1000, 10_000):
        for value in (["abc"] * 10_000, {n: n for n in range(5000)}, np.zeros(10_000), "ы" * 20_000):
            assert len(json.dumps(encode(value, limit=limit))) < limit + 200


def test_a_table_of_many_columns_crosses_if_they_are_of_one_type():
    wide = pd.DataFrame(np.arange(9000.0).reshape(3, 3000))
    assert same(cross(wide), wide)
    assert isinstance(cross(wide.assign(text="x")), Opaque)


def test_equal_sets_are_equal_data():
    words = [f"word {n}" for n in range(50)]
    assert json.dumps(encode(set(words))) == json.dumps(encode(set(reversed(words))))


MALFORMED = [
    {"no such tag": 1},
    {},
    {"tuple": [], "list": []},
    {"tuple": 3},
    {"float": "1"},
    {"none": "None"},
    {"set": [[1]]},
    {"dict": [[[1], 2]]},
    {"dict": [[1]]},
    {"range": [0, 10**18, 1]},
    {"range": [0, 10**30, 1]},
    {"range": [0, 1, 0]},
    {"set": [n for n in range(plain.KEYED + 1)]},
    {"dict": [[n, n] for n in range(plain.KEYED + 1)]},
    {"Decimal": "1e999999999"},
    {"Decimal": "9" * 5000},
    {"Decimal": ["1"]},
    {"Decimal": "sNaN"},
    [n * (2**61 - 1) for n in range(plain.ODD + 2)],
    [{"tuple": [n]} for n in range(plain.ODD + 1)],
    {"Fraction": [1, 0]},
    {"date": "2016-13-01"},
    {"date": "x" * 10_000},
    {"timedelta": [10**30, 0, 0]},
    {"Timestamp": [2**62, "Y", None]},
    {"Timestamp": [0, "ns", "dateutil//etc/passwd"]},
    {"Timestamp": [0, "ns", "../../etc/passwd"]},
    {"Timestamp": [-(2**63), "ns", None]},
    {"Timestamp": [0, "parsec", None]},
    {"Period": [0, "M[x]"]},
    {"Period": [2**62, "D"]},
    {"Interval": [2, 1, "right"]},
    {"Interval": [0, 1, "ajar"]},
    {"scalar": ["object", 1]},
    {"scalar": ["int8", 1000]},
    {"scalar": ["float64", "nan"]},
    {"scalar": ["datetime64[parsec]", 0]},
    {"ndarray": {"dtype": "object", "raw": "AAAA", "shape": [1]}},
    {"ndarray": {"dtype": "float64", "raw": "AAA", "shape": [1]}},
    {"ndarray": {"dtype": "float64", "raw": "AAAAAAAAAAA=", "shape": [1, -1, -1]}},
    {"ndarray": {"dtype": "float64", "raw": "AAAAAAAAAAA=", "shape": [2]}},
    {"ndarray": {"dtype": "float64", "raw": "", "shape": [0, 10**12]}},
    {"ndarray": {"dtype": "float64", "raw": "", "shape": [0] * 40}},
    {"ndarray": {"dtype": "V8", "raw": "AAAAAAAAAAA=", "shape": [1]}},
    {"ndarray": {"dtype": "str", "list": ["x" * 100_000, *[""] * 1000], "shape": [1001]}},
    {"Series": {"values": {"dtype": "object", "list": [1]}, "index": {"RangeIndex": {"range": [0, 2, 1], "name": 0}}}},
    {"Series": {"values": {"dtype": "object", "list": [1]}, "index": [1], "name": None}},
    {"Index": {"entries": {"dtype": "category", "codes": "AQAAAA==", "categories": {}, "ordered": False}, "name": 0}},
    {"RangeIndex": {"range": [0, 10**9, 1], "name": None}},
    {"RangeIndex": {"range": [0, 1, 1], "name": [1]}},
    {"MultiIndex": {"levels": [], "names": []}},
    {"DataFrame": {"columns": [{"dtype": "object", "list": [1]}], "index": None, "names": None}},
    {"Drawing": [{"title": 1}]},
    {"Drawing": [{"title": "", "xlabel": "", "ylabel": "", "legend": [], "series": [{"kind": "pie"}]}]},
    {"bytes": "no base64!"},
    {"complex": [1, 2, 3]},
    {"opaque": 3},
    "half \ud800 a character",
    1 << 5000,
    math.inf,
]


@pytest.mark.parametrize("data", MALFORMED, ids=lambda data: repr(data)[:60])
def test_malformed_data_is_refused(data):
    with pytest.raises(Malformed):
        decode(data)


def test_data_nested_without_end_is_refused():
    for wrap in (lambda inner: [inner], lambda inner: {"tuple": [inner]}):
        data = 1
        for _ in range(500):
            data = wrap(data)
        with pytest.raises(Malformed):
            decode(data)
    entries = {"dtype": "object", "list": []}
    for _ in range(500):
        entries = {"dtype": "category", "codes": "", "categories": entries, "ordered": False}
    with pytest.raises(Malformed):
        decode({"array": entries})


def test_data_that_would_grow_is_refused():
    with pytest.raises(Malformed):
        decode([[0] * 1000] * 10_000)


TAGS = st.sampled_from([*plain._BUILD, "dtype", "raw", "list", "shape", "index", "values", "name", "entries"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | TAGS | st.sampled_from(["ns", "M"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TAGS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_any_data_decodes_or_is_malformed(data):
    with contextlib.suppress(Malformed):
        decode(data)


@settings(max_examples=150, deadline=None)
@given(frames() | VALUES, st.integers(0, 10**6), JSON)
def test_data_changed_anywhere_decodes_or_is_malformed(value, place, new):
    """One part of honest data is replaced by something else."""
    data = json.loads(json.dumps(encode(value)))
    holders = [holder for holder in _holders([data]) if holder]
    holder = holders[place % len(holders)]
    key = list(holder)[place % len(holder)] if isinstance(holder, dict) else place % len(holder)
    holder[key] = new
    with contextlib.suppress(Malformed):
        decode(data)


def _holders(data):
    if isinstance(data, dict | list):
        yield data
        for one in data.values() if isinstance(data, dict) else data:
            yield from _holders(one)


def test_fractions_and_decimals_keep_their_value():
    assert cross(fractions.Fraction(1, 3)) == fractions.Fraction(1, 3)
    assert repr(cross(decimal.Decimal("1.50"))) == "Decimal('1.50')"
