"""Values as plain data: all that crosses from a student's process to the side that marks.

``encode`` runs beside the student's code and turns a value into JSON-able data. ``decode`` runs on the side that marks,
believes nothing, and rebuilds the value from real numbers, texts, tables. Nothing is ever unpickled, and an object
with arithmetic or text of its own arrives as ``Opaque``, which has neither.

Numbers, texts, None, True, False and lists stand for themselves; anything else is an object with one key that says
what it is: ``{"tuple": [...]}``, ``{"Series": {...}}``. Numbers of arrays travel as base64 of their bytes.
"""

from __future__ import annotations

import base64
import binascii
import collections
import datetime
import decimal
import fractions
import json
import math
import re
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from unionstate.exercises.drawing import KINDS, Drawing, DrawnSeries, Panel, describe, is_drawn

Encoded = Any  # what json.dumps takes and json.loads gives

DEPTH = 24  # of values in values
WHOLE_BITS = 4096  # of one whole number
KEYED = 10_000  # entries of a set or dict: numbers chosen to collide would make more of them slow to rebuild
ODD = 5000  # whole numbers of 19 digits and more, pairs, fractions: out of any container pandas may hash them
COLUMNS = 2000  # of a table whose columns differ in type
MOST_COLUMNS = 4000  # of any table
LONG = 1_000_000  # entries of an index that is given by its ends
RANGE = 100_000  # entries of a range: a few signs, from which a check may make a list
SIZE = 8_000_000  # what one value may cost to decode, about a character or an entry each
TEXT_ARRAY_BYTES = 64_000_000  # numpy gives every text of an array the room of the longest

_NUMERIC = frozenset(
    ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
    + ["float16", "float32", "float64", "complex64", "complex128"]
)
_MASKED = frozenset(
    ["boolean", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32", "Float64"]
)
_TIMES = re.compile(r"(datetime64|timedelta64)\[(Y|M|W|D|h|m|s|ms|us|ns)\]")
_FREQUENCY = re.compile(r"[A-Za-z]{1,4}(-[A-Z]{3})?")
_OFFSET = re.compile(r"UTC[+-]\d\d:\d\d")
_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class Malformed(ValueError):
    """Data that ``encode`` cannot have written, or that is larger than a value may be."""


@dataclass(frozen=True)
class Opaque:
    """What stands for a value that is no plain data: a function, a module, an object of the student's own class.

    Attributes:
        what: the name of its type, or why it did not cross.
    """

    what: str

    def __str__(self) -> str:
        return f"<{self.what}>"


def encode(value: Any, *, limit: int = 1_000_000) -> Encoded:
    """A value as JSON-able data. Never raises: what cannot cross becomes an ``Opaque``.

    Args:
        value: anything.
        limit: the largest size, in characters of JSON (about).
    """
    try:
        return _Encoder(limit).encode(value, 0)
    except _TooLarge:
        return _opaque(f"{_type_name(value)}, too large to mark")
    except Exception:  # the value's own code may do anything
        return _opaque(_type_name(value))


def decode(data: Encoded) -> Any:
    """Rebuild a value from ``encode``'s data.

    Raises:
        Malformed: if the data is anything else, nested too deeply or too large.
    """
    try:
        return _Decoder().decode(data, 0)
    except Malformed:
        raise
    except Exception as problem:  # whatever numpy and pandas raise on nonsense
        raise Malformed(f"{type(problem).__name__}: {problem}"[:200]) from None


class _TooLarge(Exception):
    pass


def _type_name(value: Any) -> str:
    try:
        return _clean(str(type(value).__name__))[:60]
    except Exception:
        return "object"


def _of_pandas(kind: type) -> bool:
    return kind.__module__.split(".")[0] == "pandas"


def _opaque(what: str) -> Encoded:
    return {"opaque": what[:100]}


def _clean(text: str) -> str:
    """Half characters (lone surrogates), which no file can hold, become question marks."""
    try:
        if not text.isascii():
            text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")


def _base64(array: np.ndarray) -> str:
    array = np.ascontiguousarray(array)
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()).decode("ascii")


class _Encoder:
    """Encodes one value and keeps account of its size."""

    def __init__(self, limit: int) -> None:
        self.left, self.odd = limit, 0

    def count_odd(self) -> None:
        self.odd += 1
        if self.odd > ODD:
            raise _TooLarge

    def pay(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise _TooLarge

    def encode(self, value: Any, depth: int) -> Encoded:
        self.pay(4)
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return self.text(value)
        if kind is int:
            return self.whole(value)
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if depth >= DEPTH:
            return _opaque("nested too deeply")
        inner = depth + 1
        if kind in _ODD_KINDS:
            self.count_odd()
        if kind is list:
            return [self.encode(one, inner) for one in value]
        if kind is tuple:
            return {"tuple": [self.encode(one, inner) for one in value]}
        if kind is dict or kind in (collections.OrderedDict, collections.defaultdict, collections.Counter):
            if len(value) > KEYED:
                raise _TooLarge
            return {"dict": [[self.encode(key, inner), self.encode(one, inner)] for key, one in dict.items(value)]}
        if kind is set or kind is frozenset:
            if len(value) > KEYED:
                raise _TooLarge
            # sorted, so that equal sets are equal data
            entries = sorted((self.encode(one, inner) for one in value), key=lambda one: json.dumps(one))
            return {kind.__name__: entries}
        if kind in _SIMPLE:
            return _SIMPLE[kind](self, value, inner)
        if isinstance(value, np.generic):
            return self.scalar(value)
        if isinstance(value, pd.Index) and _of_pandas(kind):
            return self.index(value, inner)
        if isinstance(value, pd.api.extensions.ExtensionArray) and _of_pandas(kind):
            return {"array": self.array(value, inner)}
        if value is pd.NA:
            return {"none": "NA"}
        if value is pd.NaT:
            return {"none": "NaT"}
        if kind.__bases__ == (tuple,) and hasattr(kind, "_fields"):  # a row of itertuples, a namedtuple
            return {"tuple": [self.encode(one, inner) for one in tuple.__iter__(value)]}
        if is_drawn(value):
            return self.drawing(describe(value))
        return _opaque(_type_name(value))

    def text(self, value: str) -> str:
        self.pay(len(value))
        return _clean(value)

    def whole(self, value: int) -> Encoded:
        bits = value.bit_length()
        if bits > WHOLE_BITS:
            return _opaque("a whole number of more than a thousand digits")
        if bits > 60:
            self.count_odd()
        self.pay(bits // 3)
        return value

    def scalar(self, value: np.generic) -> Encoded:
        name = value.dtype.name
        if type(value) is np.str_:
            return {"scalar": ["str", self.text(str(value))]}
        if type(value).__module__ != "numpy":
            return _opaque(_type_name(value))
        if name in _NUMERIC:
            return {"scalar": [name, self.encode(value.item(), 0)]}
        if _TIMES.fullmatch(name):
            return {"scalar": [name, int(value.astype("int64"))]}
        return _opaque(name)

    def ndarray(self, value: np.ndarray, depth: int) -> Encoded:
        shape = list(value.shape)
        if value.dtype.kind == "O":
            data: dict[str, Any] = {"dtype": "object", "list": [self.encode(one, depth) for one in value.ravel()]}
        elif value.dtype.kind == "U":
            data = {"dtype": "str", "list": [self.text(one) for one in value.ravel().tolist()]}
        else:
            data = self.raw(value.ravel())
        return {"ndarray": {**data, "shape": shape}}

    def raw(self, values: np.ndarray) -> dict[str, Any]:
        """The bytes of a one-dimensional array of numbers or times."""
        name = values.dtype.name
        if name not in _NUMERIC and not _TIMES.fullmatch(name):
            raise TypeError(name)
        self.pay(values.nbytes * 4 // 3)
        return {"dtype": name, "raw": _base64(values.view("int64") if values.dtype.kind in "mM" else values)}

    def array(self, values: Any, depth: int) -> dict[str, Any]:
        """A column or the entries of an index, as ``{"dtype": ..., ...}``."""
        if type(values) is pd.arrays.NumpyExtensionArray:
            values = values.to_numpy()
        dtype = values.dtype
        if isinstance(dtype, np.dtype) and dtype.kind != "O":
            return self.raw(np.asarray(values))
        name = str(dtype)
        if isinstance(dtype, pd.StringDtype):
            entries = [None if one is None else self.text(one) for one in values.to_numpy(object, na_value=None)]
            self.pay(4 * len(entries))
            return {"dtype": "str" if name == "str" else "string", "list": entries}
        if name in _MASKED:
            missing = np.asarray(values.isna())
            plain = values.to_numpy(name.lower().replace("boolean", "bool"), na_value=0)
            return {**self.raw(plain), "dtype": name, "missing": self.raw(missing)["raw"]}
        if isinstance(dtype, pd.DatetimeTZDtype):
            utc = np.asarray(values.tz_convert("UTC").tz_localize(None))
            return {**self.raw(utc), "tz": _zone(dtype.tz)}
        if isinstance(dtype, pd.PeriodDtype):
            self.pay(11 * len(values))
            return {"dtype": "period", "frequency": name[len("period[") : -1], "raw": _base64(values.asi8)}
        if isinstance(dtype, pd.CategoricalDtype):
            return {
                "dtype": "category",
                "codes": self.raw(np.asarray(values.codes, dtype="int32"))["raw"],
                "categories": self.array(dtype.categories.array, depth),
                "ordered": bool(dtype.ordered),
            }
        if isinstance(dtype, pd.IntervalDtype):
            left, right = self.array(values.left.array, depth), self.array(values.right.array, depth)
            return {"dtype": "interval", "left": left, "right": right, "closed": dtype.closed}
        return {"dtype": "object", "list": [self.encode(one, depth) for one in values]}

    def index(self, value: pd.Index, depth: int) -> Encoded:
        if type(value) is pd.RangeIndex and len(value) <= LONG:
            ends = [value.start, value.stop, value.step]
            return {"RangeIndex": {"range": ends, "name": self.encode(value.name, depth)}}
        if type(value) is pd.MultiIndex:
            levels = [self.array(value.get_level_values(place).array, depth) for place in range(value.nlevels)]
            return {"MultiIndex": {"levels": levels, "names": [self.encode(one, depth) for one in value.names]}}
        return {"Index": {"entries": self.array(value.array, depth), "name": self.encode(value.name, depth)}}

    def series(self, value: pd.Series, depth: int) -> Encoded:
        return {
            "Series": {
                "values": self.array(value.array, depth),
                "index": self.index(value.index, depth),
                "name": self.encode(value.name, depth),
            }
        }

    def frame(self, value: pd.DataFrame, depth: int) -> Encoded:
        if value.size > LONG:
            raise _TooLarge
        if value.shape[1] > MOST_COLUMNS or value.shape[1] > COLUMNS and len(set(value.dtypes)) > 1:
            raise _TooLarge
        columns = [self.array(value.iloc[:, place].array, depth) for place in range(value.shape[1])]
        index, names = self.index(value.index, depth), self.index(value.columns, depth)
        return {"DataFrame": {"columns": columns, "index": index, "names": names}}

    def drawing(self, value: Drawing) -> Encoded:
        return {
            "Drawing": [
                {
                    "title": self.text(panel.title),
                    "xlabel": self.text(panel.xlabel),
                    "ylabel": self.text(panel.ylabel),
                    "legend": [self.text(one) for one in panel.legend],
                    "series": [
                        {
                            "kind": one.kind,
                            "label": self.text(one.label),
                            "x": self.raw(np.array(one.x, dtype="float64"))["raw"],
                            "y": self.raw(np.array(one.y, dtype="float64"))["raw"],
                        }
                        for one in panel.series
                    ],
                }
                for panel in value.axes
            ]
        }

    def timestamp(self, value: pd.Timestamp) -> Encoded:
        utc = value if value.tz is None else value.tz_convert("UTC").tz_localize(None)
        whole = int(utc.to_datetime64().astype("int64"))
        return {"Timestamp": [whole, value.unit, None if value.tz is None else _zone(value.tz)]}


def _zone(zone: Any) -> str:
    name = "UTC" if zone is datetime.UTC else str(zone)
    if not _known_zone(name):
        raise ValueError(name)
    return name


@cache
def _zone_names() -> frozenset[str]:
    import zoneinfo

    return frozenset(zoneinfo.available_timezones())


def _known_zone(name: str) -> bool:
    return name == "UTC" or bool(_OFFSET.fullmatch(name)) or name in _zone_names()


def _moment(value: datetime.datetime) -> Encoded:
    if value.tzinfo is not None and value.utcoffset() is None:
        value = value.replace(tzinfo=None)
    return {"datetime": value.isoformat()}


_ODD_KINDS = frozenset([tuple, frozenset, complex, fractions.Fraction, decimal.Decimal])
_ODD_TAGS = frozenset(["tuple", "frozenset", "complex", "Fraction", "Decimal"])

# the types with one way to write them; exact types, so that a subclass with a mind of its own is none of them
_SIMPLE: dict[type, Callable[[_Encoder, Any, int], Encoded]] = {
    type(...): lambda to, value, depth: {"none": "Ellipsis"},
    complex: lambda to, value, depth: {"complex": [to.encode(value.real, depth), to.encode(value.imag, depth)]},
    bytes: lambda to, value, depth: to.pay(len(value) * 4 // 3) or {"bytes": base64.b64encode(value).decode("ascii")},
    range: lambda to, value, depth: (
        {"range": [to.whole(value.start), to.whole(value.stop), to.whole(value.step)]}
        if len(value) <= RANGE
        else _opaque("a range too long to mark")
    ),
    fractions.Fraction: lambda to, value, depth: {"Fraction": [to.whole(value.numerator), to.whole(value.denominator)]},
    decimal.Decimal: lambda to, value, depth: (
        {"Decimal": to.text(str(value))}
        if not value.is_snan() and abs(value.adjusted()) < 1000 and len(value.as_tuple().digits) < 1000
        else _opaque("a Decimal too large to mark")
    ),
    datetime.date: lambda to, value, depth: {"date": value.isoformat()},
    datetime.datetime: lambda to, value, depth: _moment(value),
    datetime.time: lambda to, value, depth: {"time": value.replace(tzinfo=None).isoformat()},
    datetime.timedelta: lambda to, value, depth: {"timedelta": [value.days, value.seconds, value.microseconds]},
    pd.Timestamp: lambda to, value, depth: to.timestamp(value),
    pd.Timedelta: lambda to, value, depth: {
        "Timedelta": [int(value.to_timedelta64().astype("int64")), value.unit]  # exact: both know their unit
    },
    pd.Period: lambda to, value, depth: {"Period": [value.ordinal, value.freqstr]},
    pd.Interval: lambda to, value, depth: {
        "Interval": [to.encode(value.left, depth), to.encode(value.right, depth), value.closed]
    },
    np.ndarray: lambda to, value, depth: to.ndarray(value, depth),
    pd.Series: lambda to, value, depth: to.series(value, depth),
    pd.DataFrame: lambda to, value, depth: to.frame(value, depth),
    Drawing: lambda to, value, depth: to.drawing(value),
    Panel: lambda to, value, depth: to.drawing(Drawing((value,))),
    Opaque: lambda to, value, depth: _opaque(to.text(value.what)),
    type({}.keys()): lambda to, value, depth: [to.encode(one, depth) for one in value],
    type({}.values()): lambda to, value, depth: [to.encode(one, depth) for one in value],
    type({}.items()): lambda to, value, depth: [to.encode(one, depth) for one in value],
    collections.deque: lambda to, value, depth: [to.encode(one, depth) for one in value],
    types.MappingProxyType: lambda to, value, depth: to.encode(dict(value), depth),
}


class _Decoder:
    """Rebuilds one value and keeps account of what that costs."""

    def __init__(self) -> None:
        self.left, self.odd = SIZE, 0

    def count_odd(self) -> None:
        self.odd += 1
        if self.odd > ODD:
            raise Malformed("too many large numbers and pairs")

    def pay(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Malformed("the value is too large")

    def decode(self, data: Encoded, depth: int) -> Any:
        self.pay(1)
        kind = type(data)
        if data is None or kind is bool:
            return data
        if kind is str:
            return self.text(data)
        if kind is int:
            return self.whole(data)
        if kind is float:
            if not math.isfinite(data):
                raise Malformed("a number without end")
            return data
        if depth > DEPTH:
            raise Malformed("nested too deeply")
        if kind is list:
            return self.values(data, depth)
        if kind is not dict or len(data) != 1:
            raise Malformed("no value looks like this")
        tag, content = next(iter(data.items()))
        if tag in _ODD_TAGS:
            self.count_odd()
        build = _BUILD.get(tag)
        if build is None:
            raise Malformed(f"no value is called {str(tag)[:40]!r}")
        return build(self, content, depth + 1)

    def values(self, data: Any, depth: int) -> list[Any]:
        return [self.decode(one, depth + 1) for one in self.entries(data)]

    def entries(self, data: Any, count: int | None = None) -> list[Any]:
        """The data as a list, of ``count`` entries if given."""
        if type(data) is not list or (count is not None and len(data) != count):
            raise Malformed("not the list it should be")
        self.pay(len(data))
        return data

    def parts(self, data: Any, *keys: str) -> list[Any]:
        """The values of an object that has just these keys."""
        if type(data) is not dict or data.keys() != set(keys):
            raise Malformed("not the keys it should have")
        return [data[key] for key in keys]

    def text(self, data: Any) -> str:
        if type(data) is not str:
            raise Malformed("no text")
        self.pay(len(data))
        if not data.isascii():
            try:
                data.encode("utf-8")
            except UnicodeEncodeError:
                raise Malformed("half a character") from None
        return data

    def whole(self, data: Any) -> int:
        if type(data) is not int or data.bit_length() > WHOLE_BITS:
            raise Malformed("no whole number, or one too long")
        if data.bit_length() > 60:
            self.count_odd()
        return data

    def wholes(self, data: Any, count: int) -> list[int]:
        return [self.whole(one) for one in self.entries(data, count)]

    def bytes(self, data: Any) -> bytes:
        try:
            return base64.b64decode(self.text(data), validate=True)
        except binascii.Error:
            raise Malformed("no base64") from None

    def raw(self, data: Any, dtype: str) -> np.ndarray:
        return np.frombuffer(self.bytes(data), np.dtype(dtype).newbyteorder("<")).astype(dtype)

    def range(self, data: Any, most: int = RANGE) -> range:
        made = range(*self.wholes(data, 3))
        try:
            short = len(made) <= most
        except OverflowError:
            short = False
        if not short:
            raise Malformed("the range is too long")
        return made

    def keyed(self, data: Any) -> list[Any]:
        if len(self.entries(data)) > KEYED:
            raise Malformed("too many entries")
        return data

    def dict(self, data: Any, depth: int) -> dict[Any, Any]:
        pairs = (self.entries(one, 2) for one in self.keyed(data))
        return {self.decode(key, depth): self.decode(value, depth) for key, value in pairs}

    def decimal(self, data: Any) -> decimal.Decimal:
        made = decimal.Decimal(self.text(data)) if len(data) < 2100 else None
        if made is None or made.is_snan() or (made.is_finite() and abs(made.adjusted()) > 1000):
            raise Malformed("the number is too long")
        return made

    def fraction(self, data: Any) -> fractions.Fraction:
        return fractions.Fraction(*self.wholes(data, 2))

    def date(self, data: Any, kind: Any) -> Any:
        if len(self.text(data)) > 40:
            raise Malformed("no date")
        return kind.fromisoformat(data)

    def timestamp(self, data: Any) -> pd.Timestamp:
        whole, unit, zone = self.entries(data, 3)
        made = pd.Timestamp(self.moment("datetime64", whole, unit))
        if not isinstance(made, pd.Timestamp) or pd.isna(made):
            raise Malformed("no time")
        return made if zone is None else made.tz_localize("UTC").tz_convert(self.zone(zone))

    def timedelta(self, data: Any) -> pd.Timedelta:
        whole, unit = self.entries(data, 2)
        made = pd.Timedelta(self.moment("timedelta64", whole, unit))
        if pd.isna(made):
            raise Malformed("no duration")
        return made

    def moment(self, kind: str, whole: Any, unit: Any) -> Any:
        if type(unit) is not str or not _TIMES.fullmatch(name := f"{kind}[{unit}]"):
            raise Malformed("no unit of time")
        return np.array([self.whole(whole)], dtype="int64").view(name)[0]

    def zone(self, data: Any) -> str:
        if not _known_zone(self.text(data)):
            raise Malformed("no time zone")
        return data

    def frequency(self, data: Any) -> str:
        if not _FREQUENCY.fullmatch(self.text(data)):
            raise Malformed("no frequency")
        return data

    def period(self, data: Any) -> pd.Period:
        ordinal, frequency = self.entries(data, 2)
        if abs(self.whole(ordinal)) > 2**40:
            raise Malformed("no period")
        return pd.Period(ordinal=ordinal, freq=self.frequency(frequency))

    def interval(self, data: Any, depth: int) -> pd.Interval:
        left, right, closed = self.entries(data, 3)
        return pd.Interval(self.decode(left, depth), self.decode(right, depth), self.text(closed))

    def scalar(self, data: Any) -> Any:
        name, value = self.entries(data, 2)
        if name == "str":
            return np.str_(self.text(value))
        if type(name) is str and name in _NUMERIC:
            plain = self.decode(value, 0)
            if type(plain) not in (bool, int, float, complex):
                raise Malformed("no number")
            made = np.dtype(name).type(plain)
            if not np.array_equal(made, plain, equal_nan=True):
                raise Malformed("the number does not fit its type")
            return made
        found = _TIMES.fullmatch(name) if type(name) is str else None
        if not found:
            raise Malformed("no type of number")
        return self.moment(found[1], value, found[2])

    def texts(self, data: Any) -> list[str | None]:
        return [None if one is None else self.text(one) for one in self.entries(data)]

    def ndarray(self, data: Any, depth: int) -> np.ndarray:
        if type(data) is not dict or type(data.get("dtype")) is not str:
            raise Malformed("no array")
        if data["dtype"] == "object":
            _, entries, shape = self.parts(data, "dtype", "list", "shape")
            flat = self.objects(entries, depth)
        elif data["dtype"] == "str":
            _, entries, shape = self.parts(data, "dtype", "list", "shape")
            texts = [self.text(one) for one in self.entries(entries)]
            if 4 * len(texts) * max(map(len, texts), default=0) > TEXT_ARRAY_BYTES:
                raise Malformed("the array is too large")
            flat = np.array(texts, dtype=str)
        else:
            dtype, raw, shape = self.parts(data, "dtype", "raw", "shape")
            flat = self.numbers(dtype, raw)
        sizes = [self.whole(one) for one in self.entries(shape)]
        if len(sizes) > 8 or any(not 0 <= one <= LONG for one in sizes) or math.prod(sizes) != len(flat):
            raise Malformed("the shape does not fit the array")
        return flat.reshape(sizes)

    def numbers(self, dtype: str, raw: Any) -> np.ndarray:
        if dtype in _NUMERIC:
            if dtype == "bool":  # any other byte than 0 and 1 would be a truth of a third kind
                return self.raw(raw, "uint8").astype(bool)
            return self.raw(raw, dtype)
        if not _TIMES.fullmatch(dtype):
            raise Malformed("no type of number")
        return self.raw(raw, "int64").view(dtype)

    def objects(self, entries: Any, depth: int) -> np.ndarray:
        values = self.values(entries, depth)
        made = np.empty(len(values), dtype=object)
        for place, value in enumerate(values):  # not as a whole: lists in it would become further dimensions
            made[place] = value
        return made

    def array(self, data: Any, depth: int) -> Any:
        """What ``_Encoder.array`` wrote, as an array of numpy or pandas; objects as a Series of them."""
        if depth > DEPTH:
            raise Malformed("nested too deeply")
        dtype = data.get("dtype") if type(data) is dict else None
        if type(dtype) is not str:
            raise Malformed("no array")
        if dtype == "object":
            return self.objects(self.parts(data, "dtype", "list")[1], depth)
        if dtype in ("str", "string"):
            texts = self.texts(self.parts(data, "dtype", "list")[1])
            try:
                return pd.array(texts, dtype=dtype)
            except (TypeError, ValueError):  # before pandas 3, "str" is no type of its own
                return np.array(texts, dtype=object)
        if dtype in _MASKED:
            _, raw, missing = self.parts(data, "dtype", "raw", "missing")
            plain = self.numbers(dtype.lower().replace("boolean", "bool"), raw)
            mask = self.numbers("bool", missing)
            kind = pd.arrays.BooleanArray if dtype == "boolean" else None
            if kind is None:
                kind = pd.arrays.FloatingArray if dtype.startswith("F") else pd.arrays.IntegerArray
            return kind(plain, mask)
        if dtype == "period":
            _, frequency, raw = self.parts(data, "dtype", "frequency", "raw")
            ordinals = self.raw(raw, "int64")
            known = ordinals != np.iinfo("int64").min  # this one is NaT
            if len(ordinals) and (np.abs(ordinals[known]) > 2**40).any():
                raise Malformed("no period")
            return pd.arrays.PeriodArray(ordinals, dtype=pd.PeriodDtype(self.frequency(frequency)))
        if dtype == "category":
            _, codes, categories, ordered = self.parts(data, "dtype", "codes", "categories", "ordered")
            if type(ordered) is not bool:
                raise Malformed("no category")
            entries = pd.Index(self.array(categories, depth + 1))
            return pd.Categorical.from_codes(self.raw(codes, "int32"), categories=entries, ordered=ordered)
        if dtype == "interval":
            _, left, right, closed = self.parts(data, "dtype", "left", "right", "closed")
            ends = self.array(left, depth + 1), self.array(right, depth + 1)
            return pd.arrays.IntervalArray.from_arrays(*ends, closed=self.text(closed))
        if "tz" in data:
            dtype, raw, zone = self.parts(data, "dtype", "raw", "tz")
            moments = pd.DatetimeIndex(self.numbers(dtype, raw))
            return moments.tz_localize("UTC").tz_convert(self.zone(zone)).array
        dtype, raw = self.parts(data, "dtype", "raw")
        return self.numbers(dtype, raw)

    def label(self, data: Any, depth: int) -> Any:
        name = self.decode(data, depth)
        hash(name)
        return name

    def index(self, data: Any, depth: int) -> pd.Index:
        made = self.decode(data, depth)
        if not isinstance(made, pd.Index):
            raise Malformed("no index")
        return made

    def plain_index(self, data: Any, depth: int) -> pd.Index:
        entries, name = self.parts(data, "entries", "name")
        array = self.array(entries, depth)
        dtype = object if array.dtype == object else None  # or texts among the objects would become a type of texts
        return pd.Index(array, dtype=dtype, name=self.label(name, depth))

    def range_index(self, data: Any, depth: int) -> pd.RangeIndex:
        ends, name = self.parts(data, "range", "name")
        return pd.RangeIndex(self.range(ends, LONG), name=self.label(name, depth))

    def multi_index(self, data: Any, depth: int) -> pd.MultiIndex:
        levels, names = self.parts(data, "levels", "names")
        if not 0 < len(self.entries(levels)) <= 32:
            raise Malformed("no index")
        arrays = [self.array(one, depth) for one in levels]
        labels = [self.label(one, depth) for one in self.entries(names, len(levels))]
        return pd.MultiIndex.from_arrays(arrays, names=labels)

    def series(self, data: Any, depth: int) -> pd.Series:
        values, index, name = self.parts(data, "values", "index", "name")
        array = self.array(values, depth)
        return pd.Series(array, self.index(index, depth), dtype=array.dtype, name=self.label(name, depth))

    def frame(self, data: Any, depth: int) -> pd.DataFrame:
        columns, index, names = self.parts(data, "columns", "index", "names")
        rows, labels = self.index(index, depth), self.index(names, depth)
        if len(labels) > MOST_COLUMNS:
            raise Malformed("too many columns")
        arrays = [self.array(one, depth) for one in self.entries(columns, len(labels))]
        kinds = {one.dtype if type(one) is np.ndarray and one.dtype != object else None for one in arrays}
        if len(kinds) == 1 and None not in kinds:
            if any(one.shape != rows.shape for one in arrays):
                raise Malformed("the columns differ in length")
            return pd.DataFrame(np.array(arrays).T, index=rows, columns=labels)
        if len(arrays) > COLUMNS:
            raise Malformed("too many columns")
        series = {place: pd.Series(one, rows, dtype=one.dtype) for place, one in enumerate(arrays)}
        made = pd.DataFrame(series, index=rows)
        made.columns = labels
        return made

    def drawing(self, data: Any) -> Drawing:
        return Drawing(tuple(self.panel(one) for one in self.entries(data)))

    def panel(self, data: Any) -> Panel:
        title, xlabel, ylabel, legend, series = self.parts(data, "title", "xlabel", "ylabel", "legend", "series")
        return Panel(
            self.text(title),
            self.text(xlabel),
            self.text(ylabel),
            tuple(self.text(one) for one in self.entries(legend)),
            tuple(self.drawn_series(one) for one in self.entries(series)),
        )

    def drawn_series(self, data: Any) -> DrawnSeries:
        kind, label, x, y = self.parts(data, "kind", "label", "x", "y")
        if kind not in KINDS:
            raise Malformed("no kind of series")
        places, heights = self.raw(x, "float64"), self.raw(y, "float64")
        if len(places) != len(heights):
            raise Malformed("x and y differ in length")
        return DrawnSeries(kind, self.text(label), tuple(places.tolist()), tuple(heights.tolist()))


def _named(names: dict[str, Any]) -> Callable[[_Decoder, Any, int], Any]:
    def build(by: _Decoder, data: Any, depth: int) -> Any:
        if type(data) is not str or data not in names:
            raise Malformed("no such value")
        return names[data]

    return build


def _two(by: _Decoder, data: Any, depth: int) -> Iterable[float]:
    for one in by.values(by.entries(data, 2), depth):
        if type(one) is not float:
            raise Malformed("no number")
        yield one


_BUILD: dict[str, Callable[[_Decoder, Any, int], Any]] = {
    "none": _named({"Ellipsis": ..., "NA": pd.NA, "NaT": pd.NaT}),
    "float": _named(_FLOATS),
    "opaque": lambda by, data, depth: Opaque(by.text(data)[:100]),
    "complex": lambda by, data, depth: complex(*_two(by, data, depth)),
    "bytes": lambda by, data, depth: by.bytes(data),
    "range": lambda by, data, depth: by.range(data),
    "tuple": lambda by, data, depth: tuple(by.values(data, depth)),
    "set": lambda by, data, depth: set(by.values(by.keyed(data), depth)),
    "frozenset": lambda by, data, depth: frozenset(by.values(by.keyed(data), depth)),
    "dict": lambda by, data, depth: by.dict(data, depth),
    "Fraction": lambda by, data, depth: by.fraction(data),
    "Decimal": lambda by, data, depth: by.decimal(data),
    "date": lambda by, data, depth: by.date(data, datetime.date),
    "datetime": lambda by, data, depth: by.date(data, datetime.datetime),
    "time": lambda by, data, depth: by.date(data, datetime.time),
    "timedelta": lambda by, data, depth: datetime.timedelta(*by.wholes(data, 3)),
    "Timestamp": lambda by, data, depth: by.timestamp(data),
    "Timedelta": lambda by, data, depth: by.timedelta(data),
    "Period": lambda by, data, depth: by.period(data),
    "Interval": lambda by, data, depth: by.interval(data, depth),
    "scalar": lambda by, data, depth: by.scalar(data),
    "ndarray": lambda by, data, depth: by.ndarray(data, depth),
    "array": lambda by, data, depth: by.array(data, depth),
    "Index": lambda by, data, depth: by.plain_index(data, depth),
    "RangeIndex": lambda by, data, depth: by.range_index(data, depth),
    "MultiIndex": lambda by, data, depth: by.multi_index(data, depth),
    "Series": lambda by, data, depth: by.series(data, depth),
    "DataFrame": lambda by, data, depth: by.frame(data, depth),
    "Drawing": lambda by, data, depth: by.drawing(data),
}
