"""Makes an assignment: an exercise in variants for a class or for each student, packed to hand out, and its key."""

from __future__ import annotations

import io
import json
import math
import os
import re
import secrets
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError, cannot_write
from unionstate.exercises.answer_key import Expected, answer_key, assert_starter_earns_nothing
from unionstate.exercises.assignment import (
    FILE,
    SECRET_BYTES,
    STUDENTS,
    Assignment,
    load_assignment,
    read_secret,
    write_private,
)
from unionstate.exercises.check import ASSIGNED
from unionstate.exercises.checks import ExerciseChecks, Question, WrongAnswer
from unionstate.exercises.key_page import key_page
from unionstate.exercises.marks import shown_points
from unionstate.exercises.progress import Progress
from unionstate.exercises.roster import Student, read_roster
from unionstate.exercises.source import Exercise, load_exercise
from unionstate.exercises.variants import Variant, draw
from unionstate.notebooks import ARCHIVE, convert, notebook_name
from unionstate.paths import data_path
from unionstate.settings import NOTEBOOKS, read_settings

KEY = "key.html"
README = "README.txt"
COHORT = "class"
_TABLE = re.compile(r"[\"']data/([\w-]+\.csv)[\"']")
_DATE = (2016, 2, 25, 0, 0, 0)  # of all files in a zip: the same variant gives the same bytes
_LONGEST_NAME = 60
# Windows takes a file of such a name for a device, whatever follows the dot
_DEVICES = {"con", "prn", "aux", "nul", *(f"{one}{n}" for one in ("com", "lpt") for n in range(10))}


@dataclass(frozen=True)
class Assigned:
    """What was written.

    Attributes:
        folder: where.
        assignment: who has which variant.
        variants: how many different ones were drawn.
        added: how many students were added to an assignment that was there.
        existed: whether it was there.
        points: what the exercise is worth, in words.
    """

    folder: Path
    assignment: Assignment
    variants: int
    added: int
    existed: bool
    points: str


def assign(
    name: str, out: Path, *, roster: Path | None = None, cohort: str = "", secret_from: Path | None = None
) -> Assigned:
    """Draw the variants of an assignment and write what to hand out and what to keep.

    Called again with the same exercise and students it writes the same files again; students who came to the roster
    are added. The variants of the others never change.

    Args:
        name: of the exercise.
        out: the folder to write.
        roster: a CSV file of students, each of whom gets a variant; without it, all get the same.
        cohort: the label of a class that gets one variant; two labels of one secret give two variants.
        secret_from: an ``assignment.json`` or a file of hexadecimal digits whose secret is used in place of a new one.

    Raises:
        CourseError: if an input is faulty, if a variant has no good answer, or if another assignment lies in the
            folder. Nothing is written then.
    """
    if roster is not None and cohort:
        raise CourseError("There is a roster and a cohort.", remedy="Give one of them: a variant each, or one for all.")
    exercise = load_exercise(name)
    students = read_roster(roster) if roster is not None else []
    secret = read_secret(secret_from) if secret_from is not None else None
    earlier = _earlier(out, exercise, students, cohort, secret)
    assignment = _drawn(exercise, students, cohort or COHORT, earlier, secret)
    variants = _different(assignment)
    keys = {}
    with Progress("variants", len(variants)) as progress:
        for token, variant in variants.items():
            keys[token] = answer_key(exercise, variant)
            assert_starter_earns_nothing(exercise, variant)
            progress.step()
    _make_folder(out / STUDENTS)
    assignment.save(out / FILE)  # before what is handed out: a secret must not be lost
    _write_zips(out / STUDENTS, exercise, assignment, keys)
    write_private(out / KEY, key_page(exercise, assignment).encode())
    write_private(out / README, _readme(exercise, assignment).encode())
    added = len(assignment.students.keys() - earlier.students.keys()) if earlier else 0
    return Assigned(out, assignment, len(variants), added, earlier is not None, _points(exercise))


def student_files(exercise: Exercise, variant: Variant, key: Mapping[str, Expected]) -> dict[str, bytes]:
    """What a student gets, by the path in the zip file."""
    notebook = convert(exercise.file, variant=variant, assigned=True) or ""
    tables = sorted(set(_TABLE.findall("\n".join("".join(one["source"]) for one in json.loads(notebook)["cells"]))))
    checks = json.dumps(public_checks(exercise, variant, key), ensure_ascii=False, indent=1)
    files = {
        notebook_name(exercise.file): notebook.encode(),
        ASSIGNED: f"{checks}\n".encode(),
        **{f"data/{table}": data_path(table).read_bytes() for table in tables},
        README: _student_readme(exercise).encode(),
    }
    return {f"{exercise.name}/{path}": content for path, content in files.items()}


def public_checks(exercise: Exercise, variant: Variant, key: Mapping[str, Expected]) -> dict[str, Any]:
    """The content of a student's ``checks.json``.

    Foreseen wrong answers that are the right answer to a hidden check are left out.
    """
    hidden = [key[id_].value for id_, check in exercise.checks.items() if not check.public]
    questions = []
    for question in exercise.questions:
        checks = []
        for id_, check in question.numbered():
            if not check.public:
                continue
            wrong = [
                WrongAnswer(value=value, message=message)
                for value, message in key[id_].wrong
                if not any(_gives_away(value, one) for one in hidden)
            ]
            checks.append(check.model_copy(update={"expected": key[id_].value, "wrong": wrong}))
        questions.append(Question.model_construct(id=question.id, title=question.title, checks=checks))
    content = ExerciseChecks.model_construct(exercise=exercise.name, variant=variant.token, questions=questions)
    return content.for_learners()


def safe_file_names(ids: Iterable[str]) -> dict[str, str]:
    """A name for each student's file: letters, digits, dots and hyphens, no two alike on any system."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in ids:
        plain = unicodedata.normalize("NFKD", id_).encode("ascii", "ignore").decode()
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip(".-")[:_LONGEST_NAME] or "student"
        if plain.split(".")[0].casefold() in _DEVICES:
            plain = f"student-{plain}"
        name, number = plain, 1
        while name.casefold() in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name.casefold())
        names[id_] = name
    return names


def _earlier(
    out: Path, exercise: Exercise, students: list[Student], cohort: str, secret: bytes | None
) -> Assignment | None:
    """The assignment that lies in the folder, if it is the same one."""
    file = out / FILE
    if not file.exists():
        return None
    earlier = load_assignment(file)
    gone = [one for one in earlier.students if one not in {student.id for student in students}]
    other = (
        f"of the exercise {earlier.exercise}"
        if earlier.exercise != exercise.name
        else "with another secret"
        if secret not in (None, earlier.secret)
        else "for the students of a roster"
        if earlier.students and not students
        else f"for the cohort {earlier.cohort!r}"
        if not earlier.students and (students or (cohort or COHORT) != earlier.cohort)
        else f"for students who are not in this roster ({', '.join(gone[:5])}{', …' if len(gone) > 5 else ''})"
        if gone
        else ""
    )
    if other:
        raise CourseError(
            f"Another assignment lies here: {other}.",
            file=file,
            remedy="Name another folder: what was handed out can only be graded with this file.",
        )
    return earlier


def _drawn(
    exercise: Exercise, students: list[Student], cohort: str, earlier: Assignment | None, secret: bytes | None
) -> Assignment:
    if earlier is not None and earlier.variant is not None:
        return earlier
    secret = earlier.secret if earlier else secret if secret is not None else secrets.token_bytes(SECRET_BYTES)
    if not students:
        return Assignment(exercise.name, secret, cohort, draw(exercise, secret, cohort))
    given: dict[str, dict[str, Any]] = {}
    for student in students:
        about = {"name": student.name, "email": student.email}
        if earlier and student.id in earlier.students:
            given[student.id] = earlier.students[student.id] | about
        else:
            variant = draw(exercise, secret, student.id)
            given[student.id] = {"token": variant.token, "parameters": variant.parameters} | about
    if len({one["token"] for one in given.values()}) < len(given):
        raise CourseError("Two students drew the same token.", remedy="Run the command again with a new secret.")
    return Assignment(exercise.name, secret, "", None, given)


def _different(assignment: Assignment) -> dict[str, Variant]:
    """One variant for each set of parameters that was drawn, by those parameters."""
    if assignment.variant is not None:
        return {_set_of(assignment.variant): assignment.variant}
    drawn = (assignment.variant_for(id_) for id_ in assignment.students)
    return {_set_of(variant): variant for variant in drawn}


def _set_of(variant: Variant) -> str:
    return json.dumps(variant.parameters, sort_keys=True)


def _write_zips(
    folder: Path, exercise: Exercise, assignment: Assignment, keys: Mapping[str, Mapping[str, Expected]]
) -> None:
    if assignment.variant is not None:
        files = student_files(exercise, assignment.variant, keys[_set_of(assignment.variant)])
        _write_zip(folder / f"{exercise.name}.zip", files)
        return
    names = safe_file_names(assignment.students)
    made: dict[str, dict[str, bytes]] = {}
    with Progress("students", len(names)) as progress:
        for id_, name in names.items():
            variant = assignment.variant_for(id_)
            parameters = _set_of(variant)
            if parameters not in made:
                made[parameters] = student_files(exercise, variant, keys[parameters])
            _write_zip(folder / f"{name}.zip", _with_token(made[parameters], variant.token))
            progress.step()


def _with_token(files: Mapping[str, bytes], token: str) -> dict[str, bytes]:
    """The files of one student for another with the same parameters: only the token differs."""
    changed = dict(files)
    for path, content in files.items():
        if path.endswith(".ipynb"):
            notebook = json.loads(content)
            notebook["metadata"]["unionstate"]["variant"] = token
            changed[path] = (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
        elif path.endswith(f"/{ASSIGNED}"):
            changed[path] = (
                json.dumps(json.loads(content) | {"variant": token}, ensure_ascii=False, indent=1) + "\n"
            ).encode()
    return changed


def _write_zip(file: Path, files: Mapping[str, bytes]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            part.write(packed.getvalue())
        os.chmod(part.name, 0o644)
        os.replace(part.name, file)
    except OSError as problem:
        raise cannot_write(problem, file) from None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise cannot_write(problem, folder, "The folder cannot be made") from None


def _gives_away(value: Any, hidden: Any) -> bool:
    """Whether a value holds the right answer to a hidden check, as far as anybody would read it."""
    if isinstance(value, list) and not isinstance(hidden, list):
        return any(_gives_away(one, hidden) for one in value)
    if isinstance(value, bool) or isinstance(hidden, bool):
        return value is hidden
    if isinstance(value, int | float) and isinstance(hidden, int | float):
        return math.isclose(value, hidden, rel_tol=1e-3)
    return value == hidden


def _readme(exercise: Exercise, assignment: Assignment) -> str:
    each = assignment.variant is None
    book = read_settings().published
    return f"""{exercise.title}
{"=" * len(exercise.title)}

It is worth {_points(exercise)}.

To hand out: {"each student's own file in" if each else "the file in"} the folder {STUDENTS}.{
        " The file is named after the student's id." if each else " All students get the same one."
    }
In it are the notebook, the tables it reads, the checks that the student may see, and a README.
Who works on a computer of their own also needs the course's package. It is in {ARCHIVE}:
  {f"{book}{NOTEBOOKS}/{ARCHIVE}" if book else f"make book writes it to _build/html/{NOTEBOOKS}; give it to them."}

To keep to yourself:
  {FILE}  who has which variant, and the secret it was drawn from. Keep a copy in another place:
                   without this file the submissions cannot be graded.
  {KEY}         the questions, the reference solution and the right answers.
  {README}       this text.

To grade what comes back:
  unionstate grade SUBMISSIONS --assignment {FILE} --out RESULTS

{
        "To add a student who comes later: add a row to the roster and run the same command again."
        if each
        else "For another class: run the command with another --cohort and another folder."
    }
"""


def _points(exercise: Exercise) -> str:
    points = sum(check.points for check in exercise.checks.values())
    return f"{shown_points(points)} {'point' if points == 1 else 'points'}"


def _student_readme(exercise: Exercise) -> str:
    name = notebook_name(exercise.file)
    book = read_settings().published
    return f"""{exercise.title}

1. Unpack this folder. Leave its files together: {name}, {ASSIGNED}, data.
2. Open {name} in JupyterLab. It needs the course's package "unionstate".
   On the computers of your class the package may be installed. On your own computer:
   - Get the file {ARCHIVE} {f"from {book}{NOTEBOOKS}/{ARCHIVE}" if book else "from your instructor"},
     unpack it, and set it up as its README.md says. You need to do this only once.
   - Put this folder into the folder "pendulum" that came out, and copy the folder "unionstate" from there
     into this one. Then start JupyterLab as that README.md says.
   If a cell says "No module named 'unionstate'", one of these steps is missing.
3. Run the cells from top to bottom, put your answers in place of the three dots, and run the checks.
   They show part of what is graded.
4. At the end choose Kernel, Restart Kernel and Run All Cells. Cells that stop with an error then will do so
   when your work is graded.
5. Save the notebook and hand in {name}, this file alone.
"""
