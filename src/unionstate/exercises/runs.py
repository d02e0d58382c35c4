"""What goes into a run of a student's code and what comes out of it: plain records, without any expected value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from unionstate.exercises.plain import Encoded, Malformed, decode, encode

Outcome = Literal["finished", "time", "memory", "processes", "result too large", "stopped"]
TOO_LONG = "This took longer than"  # how the error of a cell begins that was stopped for its time
OUTCOMES: tuple[str, ...] = get_args(Outcome)


@dataclass(frozen=True)
class Cell:
    """A code cell of a submission.

    Attributes:
        number: its place in the notebook, from 1, all cells counted.
        source: its text; IPython's syntax is allowed.
    """

    number: int
    source: str

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"number": self.number, "source": self.source}

    @classmethod
    def from_json(cls, data: Any) -> Cell:
        """From ``to_json``'s data; raises ``Malformed``."""
        return cls(_whole(data, "number"), _text(data, "source"))


@dataclass(frozen=True)
class Call:
    """A function of the student's to be called after the cells.

    Attributes:
        id: under which its result comes back.
        function: the name of the student's function.
        arguments: plain values, in order.
    """

    id: str
    function: str
    arguments: tuple[Any, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data; the arguments are encoded."""
        return {"id": self.id, "function": self.function, "arguments": [encode(one) for one in self.arguments]}

    @classmethod
    def from_json(cls, data: Any) -> Call:
        """From ``to_json``'s data; raises ``Malformed``."""
        return cls(
            _text(data, "id"), _text(data, "function"), tuple(decode(one) for one in _part(data, "arguments", list))
        )


@dataclass(frozen=True)
class Job:
    """What to run and what to bring back.

    Attributes:
        cells: in the order of the notebook.
        names: whose values are wanted; those that do not exist afterwards are left out.
        calls: functions to call.
    """

    cells: tuple[Cell, ...]
    names: tuple[str, ...]
    calls: tuple[Call, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {
            "cells": [one.to_json() for one in self.cells],
            "names": list(self.names),
            "calls": [one.to_json() for one in self.calls],
        }

    @classmethod
    def from_json(cls, data: Any) -> Job:
        """From ``to_json``'s data; raises ``Malformed``."""
        names = _part(data, "names", list)
        if not all(type(one) is str for one in names):
            raise Malformed("a name is no text")
        return cls(
            tuple(Cell.from_json(one) for one in _part(data, "cells", list)),
            tuple(names),
            tuple(Call.from_json(one) for one in _part(data, "calls", list)),
        )


@dataclass(frozen=True)
class CellOutcome:
    """What became of a cell.

    Attributes:
        number: the cell's place in the notebook.
        error: "" or the error in one line, for example ``ZeroDivisionError: division by zero (line 3)``.
        output: what it printed and displayed, cut to the limit.
    """

    number: int
    error: str
    output: str

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"number": self.number, "error": self.error, "output": self.output}

    @classmethod
    def from_json(cls, data: Any) -> CellOutcome:
        """From ``to_json``'s data; raises ``Malformed``."""
        return cls(_whole(data, "number"), _text(data, "error"), _text(data, "output"))


@dataclass(frozen=True)
class Run:
    """What came out of a job.

    Attributes:
        outcome: ``finished``, or what stopped it.
        message: that in plain words for the student; "" if it finished.
        cells: the outcomes of the cells that were reached.
        names: the values of the wanted names that exist, encoded (``plain.decode`` rebuilds them).
        calls: of each call its encoded result, or ``{"error": text}``.
        seconds: wall time.
        sandboxed: whether the code ran in a sandbox.
    """

    outcome: Outcome
    message: str
    cells: tuple[CellOutcome, ...]
    names: dict[str, Encoded] = field(default_factory=dict)
    calls: dict[str, Encoded] = field(default_factory=dict)
    seconds: float = 0.0
    sandboxed: bool = True

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {
            "outcome": self.outcome,
            "message": self.message,
            "cells": [one.to_json() for one in self.cells],
            "names": dict(self.names),
            "calls": dict(self.calls),
            "seconds": self.seconds,
            "sandboxed": self.sandboxed,
        }

    @classmethod
    def from_json(cls, data: Any) -> Run:
        """From ``to_json``'s data.

        The values of names and calls stay encoded; whether they are well formed shows when they are decoded.

        Raises:
            Malformed: if the data is anything else.
        """
        outcome, seconds, sandboxed = _text(data, "outcome"), data.get("seconds"), data.get("sandboxed")
        if outcome not in OUTCOMES:
            raise Malformed(f"no outcome is called {outcome[:40]!r}")
        if type(seconds) not in (int, float) or type(sandboxed) is not bool:
            raise Malformed("seconds or sandboxed is missing")
        names, calls = _part(data, "names", dict), _part(data, "calls", dict)
        if not all(type(one) is str for one in (*names, *calls)):
            raise Malformed("a name is no text")
        return cls(
            outcome,
            _text(data, "message"),
            tuple(CellOutcome.from_json(one) for one in _part(data, "cells", list)),
            dict(names),
            dict(calls),
            float(seconds),
            sandboxed,
        )


def call_error(result: Encoded) -> str | None:
    """The error text of a call that failed; None if the result is a value."""
    if type(result) is dict and len(result) == 1 and type(result.get("error")) is str:
        return result["error"]
    return None


def _part(data: Any, key: str, kind: type) -> Any:
    if type(data) is not dict or type(data.get(key)) is not kind:
        raise Malformed(f"{key!r} is missing or no {kind.__name__}")
    return data[key]


def _text(data: Any, key: str) -> str:
    return _part(data, key, str)


def _whole(data: Any, key: str) -> int:
    return _part(data, key, int)
