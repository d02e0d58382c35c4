"""Grades a folder or zip of submissions: resumable, in several processes, each submission at its own cost only."""

from __future__ import annotations

import dataclasses
import os
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError
from unionstate.exercises.assignment import FILE, STUDENTS, load_assignment
from unionstate.exercises.class_report import write_class_report
from unionstate.exercises.environment_hash import run_environment_hash
from unionstate.exercises.feedback import write_feedback
from unionstate.exercises.gradebook import write_gradebook
from unionstate.exercises.identity import Identity, Unknown, fingerprint, of_the_assignment, of_the_book
from unionstate.exercises.mark import job_for, nothing_to_mark
from unionstate.exercises.marks import FINISHED, Marks
from unionstate.exercises.pool import Executor, Result, Task, work_off
from unionstate.exercises.progress import Progress
from unionstate.exercises.results_folder import FEEDBACK, MarksFile, ResultsFolder
from unionstate.exercises.runner import Limits
from unionstate.exercises.runs import TOO_LONG, Run
from unionstate.exercises.source import Exercise, load_exercise
from unionstate.exercises.store import Record, notebook_hash, run_key
from unionstate.exercises.student_notebook import StudentNotebook, read_notebook
from unionstate.exercises.submissions import Submission, count_submissions, find_submissions


@dataclass
class Summary:
    """What became of the submissions.

    Attributes:
        folder: of the results.
        submissions: how many there are.
        ran: how many were run now.
        kept: how many had run before, or are the same file and variant as another.
        problems: one line for each submission that could not be graded or did not run to its end.
        remarks: what else to look at.
        missing: students of the roster without a submission.
        files: what was written, besides the feedback.
    """

    folder: Path
    submissions: int = 0
    ran: int = 0
    kept: int = 0
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    missing: int = 0
    files: list[Path] = field(default_factory=list)


def grade(
    path: Path,
    *,
    out: Path,
    assignment: Path | None = None,
    exercise: str = "",
    workers: int | None = None,
    executor: Executor | None = None,
    limits: Limits | None = None,
    sandbox: bool = True,
    canvas_assignment: str = "",
    retry: bool = False,
) -> Summary:
    """Grade submissions. Killed at any point, the next call finishes the rest and runs nothing again that has run.

    Args:
        path: a folder or zip of submissions, as the learning platform gave it.
        out: the results folder; made if it is not there.
        assignment: the instructor's ``assignment.json``.
        exercise: instead of it the name of an exercise, of which the book's own variant was handed out.
        workers: how many processes; by default one for each processor.
        executor: where to work instead of on this machine; its owner closes it.
        limits: for each submission.
        sandbox: False runs the students' code with the rights of the user. Nobody should want that.
        canvas_assignment: the header of the assignment's column in Canvas; a regrade uses it again.
        retry: run again what did not run to its end before, or of which a cell took too long, as a busy machine may
            have been the reason.

    Raises:
        CourseError: if nothing can be graded: faulty input, or no sandbox on this machine. What is finished is kept.
    """
    course, identity, about = _what_is_graded(assignment, exercise)
    about["canvas_assignment"] = canvas_assignment
    _assert_apart(path, out)
    total = count_submissions(path)
    if not total:
        raise CourseError(
            "There are no submissions here.",
            file=path,
            remedy="Give the folder or the zip in which the students' notebooks lie.",
        )
    with ResultsFolder(out, about) as results:
        grading = _Grading(results, course, identity, limits or Limits(), sandbox, retry)
        with Progress("submissions", total) as progress:
            return grading.work(
                find_submissions(path, exercise=course.name),
                workers=workers or os.cpu_count() or 1,
                executor=executor,
                step=progress.step,
            )


def _what_is_graded(assignment: Path | None, exercise: str) -> tuple[Exercise, Identity, dict[str, Any]]:
    if (assignment is None) == (not exercise):
        raise CourseError(
            "Say what is graded: an assignment, or an exercise of the book."
            if assignment is None
            else "There is an assignment and an exercise: the assignment knows its exercise.",
            remedy="Give --assignment FOLDER/assignment.json, or --exercise NAME.",
        )
    if assignment is None:
        course = load_exercise(exercise)
        return course, of_the_book(course), {"exercise": exercise, "assignment": "", "roster": {}}
    assigned = load_assignment(assignment)
    course = load_exercise(assigned.exercise)
    about = {
        "exercise": course.name,
        "assignment": fingerprint(course.name, assigned.secret, assigned.cohort),
        "roster": {
            student: {"token": entry["token"], "name": entry.get("name", "")}
            for student, entry in assigned.students.items()
        },
    }
    return course, of_the_assignment(course, assigned), about


def _assert_apart(path: Path, out: Path) -> None:
    """The results must not be taken for submissions by the next run, nor what was handed out for what came back."""
    inner, outer = out.resolve(), path.resolve()
    handed_out = outer.parent if outer.name == STUDENTS else outer
    if (handed_out / FILE).is_file() and (handed_out / STUDENTS).is_dir():
        raise CourseError(
            "This folder holds what was handed out.",
            file=path,
            remedy="Give the folder or the zip with what students handed in.",
        )
    if path.is_dir() and (inner == outer or outer in inner.parents):
        raise CourseError(
            "The results folder lies among the submissions.", file=out, remedy="Name another: --out RESULTS."
        )


@dataclass
class _Pending:
    """A submission on its way."""

    order: int
    key: str
    about: dict[str, Any]
    record: Record | None = None  # all but the run, for one that runs now
    others: list[tuple[int, dict[str, Any]]] = field(default_factory=list)  # the same file and variant


class _Grading:
    """Grades the submissions of one results folder."""

    def __init__(
        self,
        results: ResultsFolder,
        exercise: Exercise,
        identity: Identity,
        limits: Limits,
        sandbox: bool,
        retry: bool,
    ) -> None:
        self.results, self.exercise, self.identity, self.retry = results, exercise, identity, retry
        self.limits, self.sandbox = limits.to_json(), sandbox
        self.environment = run_environment_hash()
        self.summary = Summary(results.path)
        self.outcomes = Outcomes(results)
        self._under_way: dict[str, _Pending] = {}
        self._owners: dict[str, list[str]] = defaultdict(list)
        self._by_notebook: dict[str, tuple[int, dict[str, Any]]] = {}

    def work(
        self,
        submissions: Iterator[Submission],
        *,
        workers: int,
        executor: Executor | None,
        step: Callable[[], None],
    ) -> Summary:
        self.outcomes.step = step
        try:
            for result in work_off(self._tasks(submissions), workers=workers, executor=executor):
                self._take(result)
            for owner, students in self._owners.items():
                if owner and len(students) > 1:
                    self._refuse_strangers(students)
                    self.summary.remarks.append(f"The variant of {owner} was handed in by: {_named(students)}.")
            if self._by_notebook:
                self.summary.remarks.append(
                    "Neither id nor name is in the roster, the notebook's variant alone tells whose it is: "
                    f"{_named([*self._by_notebook])}."
                )
            self.summary.remarks += self.outcomes.in_common()
            self.outcomes.finish(self.summary)
        finally:
            self.outcomes.close()
        return self.summary

    def _tasks(self, submissions: Iterator[Submission]) -> Iterator[Task]:
        """What is to be run or marked; what is neither is settled on the way."""
        for order, submission in enumerate(submissions):
            self.summary.submissions += 1
            about = {
                "student": submission.student, "name": submission.name, "source": submission.source,
                "file": submission.file, "lms": dict(submission.lms), "notes": tuple(submission.notes), "token": "",
            }  # fmt: skip
            task = self._task(order, submission, about)
            if task is not None:
                yield task

    def _task(self, order: int, submission: Submission, about: dict[str, Any]) -> Task | None:
        fault, notebook = submission.problem, StudentNotebook((), "", "")
        if submission.content is not None:
            about["content"] = notebook_hash(submission.content)
            try:
                notebook = read_notebook(submission.content)
            except CourseError as problem:
                fault = str(problem)
        about["notes"] += notebook.notes
        if not fault and notebook.exercise not in ("", self.exercise.name):
            fault = f"The notebook is of another exercise, {notebook.exercise}."
        try:
            found = self.identity.identify(_keys(submission), submission.name, notebook.token)
        except Unknown as problem:
            self._settle(order, about, fault or str(problem))
            return None
        variant = found.variant
        about["token"] = variant.token
        about["roster_id"] = found.of
        about["name"] = found.name or about["name"]
        about["notes"] += found.notes
        self._owners[found.of].append(submission.student)
        if found.by_notebook:
            self._by_notebook[submission.student] = order, about
        if fault or submission.content is None:
            self._settle(order, about, fault or "There is no notebook.")
            return None
        job = job_for(self.exercise, variant, notebook)
        key = run_key(
            about["content"], self.exercise.name, variant.parameters, job, self.limits, self.sandbox, self.environment
        )
        if key in self._under_way:
            self._under_way[key].others.append((order, about))
            return None
        task: Task = {
            "id": key, "exercise": self.exercise.name, "parameters": variant.parameters, "token": variant.token,
            "about": about, "limits": self.limits, "sandbox": self.sandbox,
        }  # fmt: skip
        pending = self._under_way[key] = _Pending(order, key, about)
        kept = self.results.store.get(key)
        if kept is not None and not (self.retry and _was_stopped(kept.run)):
            task["run"] = kept.run.to_json()
        else:
            task["job"] = job.to_json()
            pending.record = Record(
                key, about["content"], self.exercise.name, dict(variant.parameters), variant.token,
                self.environment, self.limits, self.sandbox, job, _NO_RUN,
            )  # fmt: skip
        return task

    def _take(self, result: Result) -> None:
        """Keep what came back."""
        pending = self._under_way.pop(result["id"])
        if "fault" in result:
            for order, about in ((pending.order, pending.about), *pending.others):
                self._settle(order, about, result["fault"])
            return
        if pending.record is not None:
            self.results.store.put(dataclasses.replace(pending.record, run=Run.from_json(result["run"])))
            self.summary.ran += 1
        else:
            self.summary.kept += 1
        self.summary.kept += len(pending.others)
        marks = Marks.from_json(result["marks"])
        self.outcomes.add(pending.order, pending.key, marks)
        for order, about in pending.others:
            self.outcomes.add(order, pending.key, dataclasses.replace(marks, **about))

    def _refuse_strangers(self, students: list[str]) -> None:
        """Of several that handed in one student's variant, those that only have the notebook, if another is known."""
        strangers = [student for student in students if student in self._by_notebook]
        if len(strangers) < len(students):
            for order, about in (self._by_notebook[student] for student in strangers):
                self.outcomes.replace(order, nothing_to_mark(self.exercise, _STRANGER, **{**about, "roster_id": ""}))

    def _settle(self, order: int, about: dict[str, Any], reason: str) -> None:
        self.outcomes.add(order, "", nothing_to_mark(self.exercise, reason, **about))


_COPY = re.compile(r"( \(\d+\)|-Copy\d+| - Copy)$", re.IGNORECASE)  # what browsers and JupyterLab add to a name
_STRANGER = "The notebook carries the variant of a student who has handed in too, and nothing else tells whose it is."
_NAMED = 10  # submissions that one remark names
_NO_RUN = Run("stopped", "", ())


def _was_stopped(run: Run) -> bool:
    """Whether the run or one of its cells was stopped, for which a busy machine may be the reason."""
    return run.outcome != FINISHED or any(cell.error.startswith(TOO_LONG) for cell in run.cells)


def _named(students: list[str]) -> str:
    more = len(students) - _NAMED
    return ", ".join(students[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _keys(submission: Submission) -> tuple[str, ...]:
    """What may be the student's id in a roster. Moodle's participant numbers alone are nobody's id."""
    participant = submission.lms.get("participant", "")
    return (
        submission.student,
        submission.name,
        submission.lms.get("user", ""),
        f"Participant {participant}" if participant else "",  # the identifier in Moodle's grading worksheet
        _COPY.sub("", submission.name),
    )


class Outcomes:
    """Collects the marks of all submissions and writes everything that is made from them.

    Args:
        results: where.
        step: called for each submission.
    """

    def __init__(self, results: ResultsFolder, step: Callable[[], None] = lambda: None) -> None:
        self.results, self.step = results, step
        self._marks = MarksFile(results.path)
        self._students: dict[str, str] = {}  # and for whom of the roster they are
        self._problems: dict[int, str] = {}
        self._reasons: dict[int, str] = {}  # why nothing could be graded; "" for what was

    def add(self, order: int, key: str, marks: Marks) -> None:
        """Keep marks and write the student's feedback. ``key`` is that of the run, "" if nothing ran."""
        self._keep(order, key, marks)
        self.step()

    def replace(self, order: int, marks: Marks) -> None:
        """Put marks of nothing in the place of those that were kept before."""
        self._keep(order, "", marks)

    def _keep(self, order: int, key: str, marks: Marks) -> None:
        self._marks.add(order, key, marks)
        self._students[marks.student] = marks.roster_id
        self._reasons[order] = "" if marks.graded else marks.message
        if marks.outcome != FINISHED:
            self._problems[order] = f"{marks.student}: {marks.message}"
        write_feedback(marks, self.results.path / FEEDBACK)

    def in_common(self) -> list[str]:
        """What to say if nothing at all was graded and most have one reason: then the command names something wrong."""
        for reason, count in Counter(self._reasons.values()).most_common(1):
            if "" not in self._reasons.values() and count > 1 and 2 * count >= len(self._reasons):
                return [
                    f"Nothing was graded; {count:,} of {len(self._reasons):,} for one reason: {reason} "
                    "Are these the submissions of this assignment?"
                ]
        return []

    def finish(self, summary: Summary) -> None:
        """Write the marks, the gradebook and the class report, each as a whole.

        Raises:
            CourseError: if one cannot be written; give the same command again.
        """
        folder, about = self.results.path, self.results.about
        self._marks.finish()
        book = write_gradebook(
            (marks for _, marks in self.results.marks()),
            folder,
            roster=about.get("roster"),
            canvas_assignment=about.get("canvas_assignment", ""),
            several={owner for owner, count in Counter(self._students.values()).items() if count > 1} - {""},
        )
        report = write_class_report((marks for _, marks in self.results.marks()), folder, missing=book.missing)
        for stale in (folder / FEEDBACK).glob("*") if (folder / FEEDBACK).is_dir() else ():
            if stale.stem not in self._students:
                stale.unlink()
        summary.files = [*book.files, *report]
        summary.missing = book.missing
        summary.problems = [text for _, text in sorted(self._problems.items())]

    def close(self) -> None:
        """Throw away what is not finished."""
        self._marks.close()
