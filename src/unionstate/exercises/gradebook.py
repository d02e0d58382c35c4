"""The gradebook: ``grades.csv``, ``problems.csv``, and the forms with which Moodle and Canvas take grades and feedback.

What the platforms read is taken from their own import code, not from memory:

* Moodle, ``mod/assign/feedback/offline/importgradeslib.php``: the columns *Identifier* ("Participant" and the number),
  *Grade* and *Last modified (grade)* must be there, by these names in the language in which the instructor uses Moodle;
  *Feedback comments* (the name of that plugin, ``mod/assign/feedback/comments/lang/en``) is read if it is there. A row
  whose grade is above the assignment's maximum grade is skipped, and so is one that is older than the grade in Moodle
  unless that check is switched off on the form (``mod/assign/feedback/offline/locallib.php``).
* Moodle, ``mod/assign/feedback/file/importziplib.php``: a feedback file lies in a folder
  ``NAME_NUMBER_assignsubmission_file``, cut at the first four underscores.
* Canvas, ``lib/gradebook_importer.rb``: *Student*, *ID*, *SIS User ID*, *SIS Login ID*, *Section*, then assignments as
  ``Title (id)`` or by their exact title; a row whose first cell holds *Points Possible*. A student is found by ID.
* Canvas, ``infer_comment_context_from_filename`` in ``app/models/abstract_assignment.rb``: the first two parts between
  underscores that are digits alone are the user's id and the id of the file that was handed in (where students are
  anonymous: ``anon``, their anonymous id, the file's id), and the comment's file is shown under the name of that one.
  So the feedback for Canvas is a notebook, as the submission was.

No form was tried on a running Moodle or Canvas.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from unionstate.exercises.feedback import feedback_comment, feedback_html, feedback_notebook
from unionstate.exercises.marks import FINISHED, Marks, points_of, shown_points
from unionstate.exercises.visible import NAME_LIMIT, visible
from unionstate.exercises.whole_files import WholeFile
from unionstate.spreadsheets import defused

GRADES = "grades.csv"
PROBLEMS = "problems.csv"
MOODLE = "moodle.csv"
MOODLE_FEEDBACK = "moodle-feedback.zip"
CANVAS = "canvas.csv"
CANVAS_FEEDBACK = "canvas-feedback.zip"

MOODLE_COLUMNS = ("Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)", "Feedback comments")
CANVAS_COLUMNS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
NOT_SUBMITTED = "not submitted"
SEVERAL = "One of several submissions for this student."
UNSANDBOXED = "Graded without the sandbox."

_NO_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same marks give the same bytes


@dataclass(frozen=True)
class Gradebook:
    """What was written.

    Attributes:
        files: ``grades.csv``, ``problems.csv`` if there are any, and the forms of the platforms that submissions came
            from.
        rows: students in ``grades.csv``.
        missing: those of the roster without a submission.
    """

    files: tuple[Path, ...]
    rows: int
    missing: int


def write_gradebook(
    marks: Iterable[Marks],
    folder: Path,
    *,
    roster: Mapping[str, Mapping[str, str]] | None = None,
    canvas_assignment: str = "",
    several: Collection[str] = (),
) -> Gradebook:
    """Write ``grades.csv`` and the forms in one pass; each file as a whole or not at all.

    A form for a platform is written if a submission came from there, and an old one removed if none did, so that no
    file of an earlier run is taken for one of this.

    Args:
        marks: of all submissions, in the order of the rows; read once, so that memory stays flat.
        folder: of the results.
        roster: students of the assignment by id, each perhaps with ``name``. Then ``grades.csv`` has a column of
            these ids. Who has no submission gets a row without a grade there, and none in the forms.
        canvas_assignment: the column's header in Canvas, ``Title (id)``; by default the exercise's title, which
            Canvas takes for the assignment of exactly this title, or else offers to create.
        several: those of the roster for whom there is more than one submission.

    Raises:
        CourseError: if a file cannot be written.
    """
    roster = roster or {}
    rows, missing = 0, 0
    seen: set[str] = set()
    with ExitStack() as stack:
        grades = _Grades(stack.enter_context(WholeFile(folder / GRADES)), ids=bool(roster), several=several)
        forms = [
            _Problems(stack.enter_context(WholeFile(folder / PROBLEMS))),
            _MoodleForm(stack.enter_context(WholeFile(folder / MOODLE))),
            _MoodleFeedback(stack.enter_context(WholeFile(folder / MOODLE_FEEDBACK))),
            _CanvasForm(stack.enter_context(WholeFile(folder / CANVAS)), canvas_assignment),
            _CanvasFeedback(stack.enter_context(WholeFile(folder / CANVAS_FEEDBACK))),
        ]
        for form in forms:
            stack.callback(form.close)
        for one in marks:
            rows += 1
            seen.add(one.roster_id or one.student)
            grades.take(one)
            for form in forms:
                form.take(one)
        for student, entry in roster.items():
            if student not in seen:
                rows, missing = rows + 1, missing + 1
                grades.absent(student, entry.get("name", ""))
        files = [form.finish() for form in (grades, *forms)]
    return Gradebook(tuple(file for file in files if file), rows, missing)


class _Table:
    """A CSV that is written row by row: RFC 4180, with no cell that a spreadsheet computes."""

    def __init__(self, file: WholeFile) -> None:
        self.file = file

    def row(self, cells: Iterable[str]) -> None:
        text = io.StringIO()
        csv.writer(text).writerow([defused(cell) for cell in cells])
        self.file.write(text.getvalue().encode())

    def close(self) -> None:
        """Nothing to close: the file does it."""

    def finish(self) -> Path | None:
        return self.file.path if self.file.finish() else None


class _Grades(_Table):
    """``grades.csv``, for people: with a byte order mark, without which Excel takes Cyrillic for something else."""

    def __init__(self, file: WholeFile, *, ids: bool, several: Collection[str]) -> None:
        super().__init__(file)
        self._ids, self._several = ids, several
        self._questions: tuple[str, ...] | None = None
        self._waiting: list[tuple[str, ...]] = []  # rows without questions before the first with some

    def take(self, marks: Marks) -> None:
        questions = marks.by_question()
        if self._questions is None and questions:
            self._begin({question: points_of(checks)[1] for question, checks in questions.items()})
        notes = [visible(one) for one in ((marks.message, *marks.notes) if marks.message else marks.notes)]
        if marks.graded and not marks.sandboxed:
            notes.append(UNSANDBOXED)
        if marks.roster_id in self._several:
            notes.append(SEVERAL)
        self._put(
            self._person(marks.student, marks.roster_id, marks.name),
            shown_points(marks.earned) if marks.graded else "",
            shown_points(marks.points),
            {question: shown_points(points_of(checks)[0]) for question, checks in questions.items()}
            if marks.graded
            else {},
            visible(marks.outcome, NAME_LIMIT),
            "; ".join(notes),
        )

    def absent(self, student: str, name: str) -> None:
        self._put(self._person("", student, name), "", "", {}, NOT_SUBMITTED, "")

    def finish(self) -> Path | None:
        if self._questions is None:
            self._begin({})
        return super().finish()

    def _begin(self, questions: Mapping[str, float]) -> None:
        self._questions = tuple(questions)
        headers = (f"{question} (of {shown_points(points)})" for question, points in questions.items())
        self.file.write(b"\xef\xbb\xbf")
        self.row((*self._person("student", "id", "name"), "earned", "points", *headers, "outcome", "notes"))
        for *cells, outcome, notes in self._waiting:
            self.row((*cells, *("" for _ in questions), outcome, notes))

    def _person(self, student: str, roster_id: str, name: str) -> tuple[str, ...]:
        cells = (student, roster_id, name) if self._ids else (student, name)
        return tuple(visible(cell, NAME_LIMIT) for cell in cells)

    def _put(
        self,
        person: tuple[str, ...],
        earned: str,
        points: str,
        questions: Mapping[str, str],
        outcome: str,
        notes: str,
    ) -> None:
        if self._questions is None:
            self._waiting.append((*person, earned, points, outcome, notes))
        else:
            between = (questions.get(question, "") for question in self._questions)
            self.row((*person, earned, points, *between, outcome, notes))


class _Problems(_Table):
    """``problems.csv``: what could not be graded, or did not run to its end, with the reason."""

    def take(self, marks: Marks) -> None:
        if marks.outcome != FINISHED:
            if not self.file.opened:
                self.file.write(b"\xef\xbb\xbf")
                self.row(("student", "name", "file", "outcome", "reason"))
            cells = (marks.student, marks.name, marks.file, marks.outcome)
            self.row((*(visible(cell, NAME_LIMIT) for cell in cells), visible(marks.message)))


class _MoodleForm(_Table):
    """Moodle's grading worksheet; without a byte order mark, as its first column is found by name."""

    def take(self, marks: Marks) -> None:
        if not (participant := _number(marks, "moodle", "participant")):
            return
        if not self.file.opened:
            self.row(MOODLE_COLUMNS)
        grade = shown_points(marks.earned) if marks.graded else ""  # an empty grade is passed over, its comment is not
        self.row(
            (
                f"Participant {participant}",
                visible(marks.name, NAME_LIMIT),
                grade,
                shown_points(marks.points),
                "",
                feedback_comment(marks),
            )
        )


class _CanvasForm(_Table):
    """Canvas's gradebook; who has no grade is left out."""

    def __init__(self, file: WholeFile, assignment: str) -> None:
        super().__init__(file)
        self._assignment = assignment

    def take(self, marks: Marks) -> None:
        user = _number(marks, "canvas", "user")
        if not user or not marks.graded:
            return
        if not self.file.opened:
            title = self._assignment or marks.exercise_title or marks.exercise
            self.row((*CANVAS_COLUMNS, title))
            self.row(("    Points Possible", *("" for _ in CANVAS_COLUMNS[1:]), shown_points(marks.points)))
        name = visible(marks.name or marks.student, NAME_LIMIT)
        if "points possible" in name.casefold():  # Canvas would take the row for that of the points
            name = user
        self.row((name, user, "", "", "", shown_points(marks.earned)))

    def row(self, cells: Iterable[str]) -> None:
        first, *rest = cells
        text = io.StringIO()
        # "    Points Possible" keeps its spaces, as Canvas writes it
        csv.writer(text).writerow([first if first.startswith("    Points") else defused(first), *map(defused, rest)])
        self.file.write(text.getvalue().encode())


class _Zip:
    """A zip of feedback files."""

    def __init__(self, file: WholeFile) -> None:
        self.file = file
        self._zip: zipfile.ZipFile | None = None

    def add(self, name: str, content: bytes) -> None:
        if self._zip is None:
            self._zip = zipfile.ZipFile(self.file.open(), "w")
        entry = zipfile.ZipInfo(name, _NO_DATE)
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        with self.file.faults():
            self._zip.writestr(entry, content)

    def close(self) -> None:
        """Close the zip, or it would do so itself when its file is gone."""
        if self._zip is not None:
            with suppress(OSError, ValueError):
                self._zip.close()

    def finish(self) -> Path | None:
        if self._zip is not None:
            with self.file.faults():
                self._zip.close()
        return self.file.path if self.file.finish() else None


class _MoodleFeedback(_Zip):
    """For "Upload multiple feedback files in a zip": a folder for each participant."""

    def take(self, marks: Marks) -> None:
        if participant := _number(marks, "moodle", "participant"):
            folder = f"{_plain_name(marks.name, 'Participant')}_{participant}_assignsubmission_file"
            self.add(f"{folder}/feedback.html", feedback_html(marks))


class _CanvasFeedback(_Zip):
    """For Canvas's upload of submissions: a file for each student, named after the file that was handed in."""

    def take(self, marks: Marks) -> None:
        user, file = _number(marks, "canvas", "user"), _number(marks, "canvas", "file")
        anonymous = marks.lms.get("anonymous", "") if marks.source == "canvas" else ""
        if file and user:
            name = _plain_name(marks.name, "student").replace(" ", "").casefold()
            name = "student" if name in ("anon", "late") or name.isdigit() else name
            self.add(f"{name}_{user}_{file}_feedback.ipynb", feedback_notebook(marks))
        elif file and re.fullmatch(r"[A-Za-z0-9]{1,20}", anonymous):
            self.add(f"anon_{anonymous}_{file}_feedback.ipynb", feedback_notebook(marks))


def _number(marks: Marks, source: str, key: str) -> str:
    """A number that the platform gave, as digits; "" if there is none."""
    number = marks.lms.get(key, "") if marks.source == source else ""
    return number if re.fullmatch(r"[0-9]{1,20}", number) else ""


def _plain_name(name: str, otherwise: str) -> str:
    """Letters, digits and single spaces of a name: what cannot be misread as another part of a file's name."""
    return " ".join(re.sub(r"[\W_]+", " ", name[:NAME_LIMIT]).split()) or otherwise
