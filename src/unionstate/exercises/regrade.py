"""Marks stored runs again after a check was corrected; runs students' code again only where a run lacks something."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError
from unionstate.exercises.assignment import load_assignment
from unionstate.exercises.environment_hash import run_environment_hash
from unionstate.exercises.grade import Outcomes, Summary
from unionstate.exercises.identity import fingerprint
from unionstate.exercises.mark import job_for, nothing_to_mark
from unionstate.exercises.marks import Marks, points_of, shown_points
from unionstate.exercises.pool import Executor, Result, Task, work_off
from unionstate.exercises.progress import Progress
from unionstate.exercises.results_folder import ResultsFolder
from unionstate.exercises.runs import Call, Job, Run
from unionstate.exercises.source import Exercise, load_exercise
from unionstate.exercises.store import Record, run_key
from unionstate.exercises.variants import Variant
from unionstate.quiz.export.files import write_whole
from unionstate.spreadsheets import defused

CHANGES = "regrade.csv"
CHANGE_COLUMNS = ("student", "name", "before", "after", "of", "questions")


@dataclass
class MarkedAgain(Summary):
    """What became of the submissions.

    Attributes:
        changed: students whose points changed; they are listed in ``regrade.csv``.
        again: how many were run again.
    """

    changed: int = 0
    again: int = 0


def regrade(
    out: Path, *, assignment: Path | None = None, workers: int | None = None, executor: Executor | None = None
) -> MarkedAgain:
    """Mark all submissions of a results folder again, by the checks as they are now.

    Args:
        out: the results folder.
        assignment: if given, the results must be of this assignment.
        workers, executor: as for ``grade``.

    Raises:
        CourseError: if there are no finished results, if they are of another assignment, or if a check is faulty.
    """
    with ResultsFolder(out) as results:
        if assignment is not None:
            _assert_same(results, assignment)
        exercise = load_exercise(results.about["exercise"])
        total = sum(1 for _ in results.marks())
        with Progress("submissions", total) as progress:
            return _Regrading(results, exercise).work(workers or os.cpu_count() or 1, executor, progress.step)


def _assert_same(results: ResultsFolder, assignment: Path) -> None:
    assigned = load_assignment(assignment)
    if results.about["assignment"] != fingerprint(assigned.exercise, assigned.secret, assigned.cohort):
        raise CourseError(
            "The results are of another assignment.",
            file=results.path,
            remedy="Leave --assignment out, or give theirs.",
        )


@dataclass
class _Waiting:
    order: int
    key: str
    before: Marks
    record: Record | None = None
    others: list[tuple[int, Marks]] = field(default_factory=list)


class _Regrading:
    def __init__(self, results: ResultsFolder, exercise: Exercise) -> None:
        self.results, self.exercise = results, exercise
        self.summary = MarkedAgain(results.path)
        self.outcomes = Outcomes(results)
        self.environment = run_environment_hash()
        self._under_way: dict[str, _Waiting] = {}
        self._changes: list[tuple[int, tuple[str, ...]]] = []

    def work(self, workers: int, executor: Executor | None, step: Callable[[], None]) -> MarkedAgain:
        self.outcomes.step = step
        try:
            for result in work_off(self._tasks(), workers=workers, executor=executor):
                self._take(result)
            self._changes.sort()
            if self._changes:  # an earlier list stays: perhaps its regrade was stopped before the last file was written
                write_whole(self.results.path / CHANGES, _table(row for _, row in self._changes))
            self.summary.changed = len(self._changes)
            self.outcomes.finish(self.summary)
        finally:
            self.outcomes.close()
        return self.summary

    def _tasks(self) -> Iterator[Task]:
        for order, (key, before) in enumerate(self.results.marks()):
            self.summary.submissions += 1
            if not key:  # nothing could be run, and nothing can be now
                self._settle(order, before, before.message)
                continue
            record = self.results.store.get(key)
            if record is None:
                self._settle(order, before, "Its run is lost or damaged: give the command that graded again.")
            elif set(record.parameters) != set(self.exercise.parameters):
                self._settle(order, before, "The exercise has other parameters now than when it was assigned.")
            else:
                task = self._task(order, before, record)
                if task is not None:
                    yield task

    def _task(self, order: int, before: Marks, record: Record) -> Task | None:
        variant = Variant(record.parameters, record.token)
        job = job_for(self.exercise, variant, record.job)
        run = fitted(record, job)
        key = record.key
        task: Task = {
            "exercise": self.exercise.name, "parameters": record.parameters, "token": record.token,
            "about": about(before), "limits": record.limits, "sandbox": record.sandbox,
        }  # fmt: skip
        fresh = None
        if run is None:
            key = run_key(
                record.notebook, record.exercise, record.parameters, job, record.limits, record.sandbox,
                self.environment,
            )  # fmt: skip
            kept = self.results.store.get(key)
            run = kept.run if kept else None
            if run is None:
                fresh = dataclasses.replace(record, key=key, environment=self.environment, job=job)
        if key in self._under_way:
            self._under_way[key].others.append((order, before))
            return None
        self._under_way[key] = _Waiting(order, key, before, fresh)
        return {"id": key, **task, **({"run": run.to_json()} if run else {"job": job.to_json()})}

    def _take(self, result: Result) -> None:
        waiting = self._under_way.pop(result["id"])
        if "fault" in result:
            for order, before in ((waiting.order, waiting.before), *waiting.others):
                self._settle(order, before, result["fault"])
            return
        if waiting.record is not None:
            self.results.store.put(dataclasses.replace(waiting.record, run=Run.from_json(result["run"])))
            self.summary.again += 1
        self.summary.ran += 1 if waiting.record is not None else 0
        self.summary.kept += len(waiting.others) + (waiting.record is None)
        marks = Marks.from_json(result["marks"])
        self._add(waiting.order, waiting.key, waiting.before, marks)
        for order, before in waiting.others:
            self._add(order, waiting.key, before, dataclasses.replace(marks, **about(before)))

    def _settle(self, order: int, before: Marks, reason: str) -> None:
        self._add(order, "", before, nothing_to_mark(self.exercise, reason, **about(before)))

    def _add(self, order: int, key: str, before: Marks, after: Marks) -> None:
        self.outcomes.add(order, key, after)
        if not before.graded and not after.graded:
            return
        if before.graded != after.graded or _by_question(before) != _by_question(after):
            row = (
                after.student, after.name, *(shown_points(one.earned) if one.graded else "" for one in (before, after)),
                shown_points(after.points), "; ".join(_differences(before, after)),
            )  # fmt: skip
            self._changes.append((order, row))


def about(marks: Marks) -> dict[str, Any]:
    """Of marks what does not come from the run or the checks."""
    return {
        name: getattr(marks, name)
        for name in ("student", "name", "roster_id", "token", "notes", "source", "file", "lms", "content")
    }


def fitted(record: Record, job: Job) -> Run | None:
    """The stored run with its calls under the ids of another job; None if it lacks a name or a call that is asked for.

    Calls are found by function and arguments, because their ids change when checks are put in another order.
    """
    if not set(job.names) <= set(record.job.names):
        return None
    kept = {_call(call): call.id for call in record.job.calls}
    calls = {}
    for call in job.calls:
        if _call(call) not in kept:
            return None
        old = kept[_call(call)]
        if old in record.run.calls:
            calls[call.id] = record.run.calls[old]
    return dataclasses.replace(record.run, calls=calls)


def _call(call: Call) -> str:
    return json.dumps([call.function, call.to_json()["arguments"]], sort_keys=True)


def _by_question(marks: Marks) -> dict[str, tuple[float, float]]:
    return {question: points_of(checks) for question, checks in marks.by_question().items()}


def _differences(before: Marks, after: Marks) -> Iterator[str]:
    old, new = _by_question(before), _by_question(after)
    for question in dict.fromkeys([*new, *old]):
        if old.get(question) != new.get(question):
            yield f"{question}: {' → '.join(_earned(question, one, other) for one, other in ((old, new), (new, old)))}"


def _earned(question: str, points: Mapping[str, tuple[float, float]], other: Mapping[str, tuple[float, float]]) -> str:
    """What a question earned, and of how many points if that is what changed."""
    if question not in points:
        return "none"
    earned, most = points[question]
    of = f" of {shown_points(most)}" if question in other and other[question][1] != most else ""
    return f"{shown_points(earned)}{of}"


def _table(rows: Iterable[tuple[str, ...]]) -> bytes:
    """CSV with a byte order mark, without which Excel takes Cyrillic for something else."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(CHANGE_COLUMNS)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
