"""Keeps every finished run under a hash of what it depends on, so that nothing is run twice and nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError
from unionstate.exercises.runs import Job, Run

FORMAT = 1  # of a record; one of another format is as good as none


@dataclass(frozen=True)
class Record:
    """A run and what it was a run of.

    Attributes:
        key: the hash under which it is kept.
        notebook: SHA-256 of the submitted file.
        exercise: its name.
        parameters: those of the variant.
        token: the variant's.
        environment: hash of the environment it ran in.
        limits: as the runner was given them.
        sandbox: whether a sandbox was asked for.
        job: what was asked for; it holds the cells, so that a run can be repeated without the submission.
        run: what came out.
    """

    key: str
    notebook: str
    exercise: str
    parameters: dict[str, Any]
    token: str
    environment: str
    limits: dict[str, Any]
    sandbox: bool
    job: Job
    run: Run

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return {"format": FORMAT, **vars(self), "job": self.job.to_json(), "run": self.run.to_json()}

    @classmethod
    def from_json(cls, data: Any) -> Record:
        """What ``to_json`` wrote.

        Raises:
            ValueError: if it is something else.
        """
        if type(data) is not dict or data.get("format") != FORMAT:
            raise ValueError("no record of a run")
        kept = {name: data.get(name) for name in cls.__dataclass_fields__}
        kept["job"], kept["run"] = Job.from_json(data.get("job")), Run.from_json(data.get("run"))
        return cls(**kept)


def notebook_hash(content: bytes) -> str:
    """The name of a submitted file's content."""
    return hashlib.sha256(content).hexdigest()


def run_key(
    notebook: str,
    exercise: str,
    parameters: Mapping[str, Any],
    job: Job,
    limits: Mapping[str, Any],
    sandbox: bool,
    environment: str,
) -> str:
    """The hash of everything that the outcome of a run depends on.

    Args:
        notebook: the hash of the submitted file.
        exercise, parameters: the exercise's name and the variant's parameters.
        job: of it the names and calls asked for; its cells follow from the notebook.
        limits, sandbox, environment: how and where it runs.
    """
    parts = [
        FORMAT, notebook, exercise, dict(parameters), sorted(job.names), [call.to_json() for call in job.calls],
        dict(limits), sandbox, environment,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


class Store:
    """The folder ``runs`` of a results folder: ``runs/ab/abcd….json``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: set[str] = set()

    def path(self, key: str) -> Path:
        """Where the record of a key is."""
        return self.folder / key[:2] / f"{key}.json"

    def get(self, key: str) -> Record | None:
        """The record of a key; None if there is none, or none that is whole."""
        try:
            record = Record.from_json(json.loads(self.path(key).read_bytes()))
        except (OSError, ValueError, RecursionError):  # half a file, a damaged one, another format: run it again
            return None
        return record if record.key == key else None

    def put(self, record: Record) -> None:
        """Keep a record: whole or not at all, whenever the process is killed.

        There is no fsync for each file: after a loss of power a damaged one is found by ``get`` and run again.

        Raises:
            CourseError: if it cannot be written.
        """
        path = self.path(record.key)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            if record.key[:2] not in self._made:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._made.add(record.key[:2])
            part.write_text(json.dumps(record.to_json(), separators=(",", ":"), ensure_ascii=True), encoding="ascii")
            os.replace(part, path)
        except OSError as problem:
            with contextlib.suppress(OSError):
                part.unlink()
            raise CourseError(
                f"The result cannot be written ({problem.strerror}).",
                file=path,
                remedy="What is finished is kept. Make room and give the same command again.",
            ) from None
