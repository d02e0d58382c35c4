"""Data that a student's process may send in place of encoded values: rebuilt as plain values, or refused, quickly."""

from __future__ import annotations

import base64
import contextlib
import copy
import datetime
import json
import random
import time
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from corpus import EXERCISE

from unionstate.exercises import apart, pool
from unionstate.exercises.marks import Marks
from unionstate.exercises.plain import Malformed, decode, encode
from unionstate.exercises.runs import Run
from unionstate.exercises.source import load_exercise
from unionstate.exercises.variants import default_variant

REAL = [
    1, 2.5, True, None, "text", [1, 2], (1, "a"), {1, 2}, {"a": 1, 2: [3]}, frozenset([1]), 1j, b"x", range(5), ...,
    datetime.date(2016, 2, 25), datetime.datetime(2016, 2, 25, 1, tzinfo=datetime.UTC), datetime.timedelta(1),
    pd.Timestamp("2016-02-25", tz="Europe/Minsk"), pd.Timedelta("1D"), pd.NaT, pd.NA, pd.Period("2016-02", "M"),
    pd.Interval(0, 1), np.float64(2.5), np.arange(6).reshape(2, 3), np.array(["a", "b"]), np.datetime64("2016-02-25"),
    pd.Index([1, 2], name="year"), pd.RangeIndex(3), pd.MultiIndex.from_tuples([(1, "a"), (2, "b")]),
    pd.Series([1.5, None], index=["a", "b"]), pd.Series(["a", 1, None]), pd.Series(pd.Categorical(["a", "b"])),
    pd.Series(pd.date_range("2016", periods=2, tz="UTC")), pd.Series([1, None], dtype="Int64"),
    np.array([1, "a"], dtype=object), pd.Series(pd.period_range("2016", periods=2, freq="M")),
    pd.Series(pd.arrays.IntervalArray.from_breaks([0, 1, 2])), pd.DataFrame({"year": [2006, 2011], "who": ["a", "b"]}),
    float("nan"), -float("inf"), 2**200,
]  # fmt: skip
SECONDS = 5.0  # for one value on a busy machine; those that are not refused at once took 8 to 160
# what is put in the place of some part of real data
POISON = [
    None, True, -1, 0, 2**63, -(2**63), 2**64, 10**400, 10**18, 1e308, -0.0, "", "x", "object", "O", "S999999999",
    "U99999999", "<U1000000000", "datetime64[99999999999Y]", "M8[us]", "category", "nan", "../../../etc/passwd",
    "/etc/localtime", "localtime", "UTC+99:99", "9" * 5000, "1e999999", "1E+999999999", "-", "NaT", "now", "today",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "A" * 100_001, "====", "\x00", "\ud800", "AAAAAAAAAAA=",
    "f8", "float64", "int64", "int8", "interval", "period", "D", "1000000000D", "-1D", "999999999999W", [], [None],
    [[]], [10**9, 10**9], [0, 10**18], [-1], [2**31, 2**31, 2**31], [0, 10**18, 1], [0, 1, 0], [1, 0], {},
    {"opaque": "x"}, {"error": "x"}, {"tuple": []}, {"dict": [[[], 1]]}, {"dict": [[{"float": "nan"}, 1]] * 3},
    {"set": [[1]]}, {"float": "nan"}, {"__class__": "x"}, {"list": [1]}, {"range": [0, 10**15, 1]}, {"none": "NA"},
    {"none": "NaT"}, {"bytes": "AAAA"}, {"Decimal": "sNaN"}, {"Fraction": [1, 0]},
]  # fmt: skip


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(data, list):
        for number, one in enumerate(data):
            yield from _places(one, (*path, number))
    elif isinstance(data, dict):
        for key, one in data.items():
            yield from _places(one, (*path, key))


def _with(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(data)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed


def _look_up(value: Any) -> None:
    """What checks do with values."""
    if isinstance(value, pd.Series):
        value.get(2018)
        value.nunique()
    elif isinstance(value, list | pd.Index):
        len(set(value))


def _try(data: Any) -> None:
    started = time.monotonic()
    try:
        value = decode(data)
    except Malformed as problem:
        assert len(str(problem)) < 1000
    else:
        # what came through is real: it can be shown, compared and sent again
        encode(value)
        with contextlib.suppress(TypeError, ValueError):  # what cannot be hashed cannot be looked up
            _look_up(value)
    assert time.monotonic() - started < SECONDS, json.dumps(data)[:300]


@pytest.mark.parametrize("value", REAL, ids=lambda value: type(value).__name__)
def test_no_part_of_real_data_can_be_replaced_to_do_harm(value: object):
    data = json.loads(json.dumps(encode(value)))
    rng = random.Random(6)
    for path in _places(data):
        for poison in POISON:
            _try(_with(data, path, poison))
        if isinstance(path[-1] if path else 0, str):
            place = data
            for step in path[:-1]:
                place = place[step]
            _try(_with(data, path[:-1], {key: one for key, one in place.items() if key != path[-1]}))
            _try(_with(data, path[:-1], {**place, "more": rng.random()}))
            _try(_with(data, path[:-1], {**place, path[-1]: [place[path[-1]]] * 3}))


def _bytes(count: int) -> str:
    return base64.b64encode(bytes(count)).decode()


def _complex(count: int) -> str:
    """Numbers that are different and have the same hash."""
    values = np.array([complex(1e10 - 1_000_003 * number, number) for number in range(count)])
    return base64.b64encode(values.tobytes()).decode()


def _nested(make: Any, depth: int) -> Any:
    data: Any = 1
    for _ in range(depth):
        data = make(data)
    return data


def _rows(count: int) -> dict[str, Any]:
    return {"RangeIndex": {"range": [0, count, 1], "name": None}}


def _entries(values: list[Any]) -> dict[str, Any]:
    return {"dtype": "object", "list": values}


def _raw(dtype: str, raw: str) -> dict[str, Any]:
    return {"dtype": dtype, "raw": raw}


def _series(values: dict[str, Any], index: dict[str, Any]) -> dict[str, Any]:
    return {"Series": {"values": values, "index": index, "name": None}}


def _index(values: list[Any]) -> dict[str, Any]:
    return {"Index": {"entries": _entries(values), "name": None}}


def _collide(count: int) -> list[int]:
    """Whole numbers with the same hash."""
    return [number * (2**61 - 1) for number in range(count)]


EMPTY_PANEL = {"title": "", "xlabel": "", "ylabel": "", "legend": [], "series": []}
CATEGORIES = {"dtype": "category", "codes": "", "categories": _entries(list(range(1_000_000))), "ordered": False}
COLUMNS = {"columns": [_raw("float64", "")] * 130_000, "index": _rows(0), "names": _rows(130_000)}
HUGE = {
    "lists in lists": _nested(lambda one: [one], 900),
    "tuples in tuples": _nested(lambda one: {"tuple": [one]}, 450),
    "dicts in dicts": _nested(lambda one: {"dict": [["a", one]]}, 300),
    "series in series": _nested(lambda one: _series(_entries([one]), _rows(1)), 200),
    "a number of a million digits": int("9" * 4000) ** 250,
    "a text of fifty megabytes": "x" * 50_000_000,
    "ten million entries": [1] * 10_000_000,
    "keys that collide": {"dict": [[number, 1] for number in _collide(10_000)]},
    "a set that collides": {"set": _collide(10_000)},
    "an index that collides": _index(_collide(60_000)),
    "an index that collides when it is looked up": _series(_raw("int8", _bytes(150_000)), _index(_collide(150_000))),
    "a column that collides": _series(_entries(_collide(150_000)), _rows(150_000)),
    "a list that collides": _collide(150_000),
    "tuples that collide": {"set": [{"tuple": [number]} for number in _collide(10_000)]},
    "tuples in a list that collide": [{"tuple": [number]} for number in _collide(100_000)],
    "fractions that collide": [{"Fraction": [number, 1]} for number in _collide(100_000)],
    "complex numbers that collide": _series(_raw("complex128", _complex(60_000)), _rows(60_000)),
    "empty and enormous": {"ndarray": {"dtype": "float64", "raw": "", "shape": [0, 10**17]}},
    "a hundred dimensions": {"ndarray": {"dtype": "int8", "raw": "AAAA", "shape": [1] * 100 + [3]}},
    "many layers": {"MultiIndex": {"levels": [_entries([1])] * 5000, "names": [None] * 5000}},
    "many columns": {"DataFrame": COLUMNS},
    "a long range": {"RangeIndex": {"range": [0, 10**15, 1], "name": None}},
    "texts of one long word": {
        "ndarray": {"dtype": "str", "list": ["x" * 100_000] + [""] * 100_000, "shape": [100_001]}
    },
    "many panels": {"Drawing": [EMPTY_PANEL] * 60_000},
    "a long number as text": {"Decimal": "9" * 1_000_000},
    "many moments": [{"datetime": f"2016-02-25T00:00:00+00:{minute % 60:02}"} for minute in range(50_000)],
    "periods of every length": [{"Period": [1, "A" * length]} for length in range(2000)],
    "a category of a million": _series(CATEGORIES, _rows(0)),
}


@pytest.mark.parametrize("name", HUGE)
def test_data_without_measure_costs_little(name: str):
    _try(HUGE[name])


def test_memory_stays_small_where_data_claim_much():
    for name in ("empty and enormous", "a long range", "texts of one long word", "many panels"):
        tracemalloc.start()
        with contextlib.suppress(Malformed):
            decode(HUGE[name])
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 300_000_000, f"{name}: {peak >> 20} MB"


def _keys_that_collide(count: int) -> np.ndarray:
    """Whole numbers that fall into one place of pandas' table of hashes: (key >> 33) ^ key ^ (key << 11), 32 bits."""
    high = np.arange(1, count + 1, dtype="uint64")
    low = high.copy()
    for _ in range(3):
        low = (high ^ (low << np.uint64(11))) & np.uint64(0xFFFFFFFF)
    keys = ((high << np.uint64(33)) | low).astype("int64")
    return keys[np.random.default_rng(0).permutation(count)]


@pytest.mark.skipif(not apart.POSSIBLE, reason="large answers are marked in a process of their own only on Linux")
def test_an_answer_that_takes_minutes_to_look_up_costs_a_bounded_time_and_no_worker(monkeypatch: pytest.MonkeyPatch):
    """pandas hangs in C, where no alarm reaches it."""
    monkeypatch.setattr(pool, "_LARGE", 0.5)
    subsidy = pd.Series(np.zeros(200_000), index=_keys_that_collide(200_000))
    found = []
    parameters = default_variant(load_exercise(EXERCISE)).parameters
    for names in ({"subsidy": encode(subsidy, limit=10**7)}, {"top_year": 2021}):
        run = Run("finished", "", (), names)
        task = {"id": "x", "exercise": EXERCISE, "parameters": parameters, "token": "", "run": run.to_json()}
        started = time.monotonic()
        found.append(pool.grade_one({**task, "about": {"student": "a"}}))
        assert time.monotonic() - started < SECONDS + 5  # the first has the answer key made as well
    assert found[0] == {"id": "x", "fault": pool._TOO_LARGE}
    assert Marks.from_json(found[1]["marks"]).earned == 1
