"""``assignment.json``: which variant was handed out to whom, and the secret behind it. For the instructor alone."""

from __future__ import annotations

import difflib
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from unionstate.errors import CourseError, cannot_write
from unionstate.exercises.variants import Variant
from unionstate.frontmatter import Setting

FILE = "assignment.json"
STUDENTS = "students"  # the folder beside it: what is handed out
SECRET_BYTES = 32
_SHORTEST_SECRET = 16  # bytes
_Token = Annotated[str, Field(pattern=r"^[a-z2-7]{8}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Given(_Strict):
    """A variant that was handed out."""

    token: _Token
    parameters: dict[str, Setting]
    name: str = ""
    email: str = ""


class _File(_Strict):
    exercise: str = Field(pattern=r"^[\w-]+$")
    secret: str = Field(pattern=rf"^([0-9a-f]{{2}}){{{_SHORTEST_SECRET},}}$")
    cohort: str = ""
    variant: _Given | None = None
    students: dict[str, _Given] = {}

    @model_validator(mode="after")
    def _is_one_of_two(self) -> _File:
        if (self.variant is None) != bool(self.students):
            raise ValueError("there is one variant for all, or one for each student")
        return self


@dataclass(frozen=True)
class Assignment:
    """What was handed out.

    The parameters are kept besides the secret: an author who later widens a domain changes no variant that students
    already have.

    Attributes:
        exercise: its name.
        secret: that the variants were drawn from.
        cohort: the label of a class that has one variant; "" if each student has one.
        variant: the cohort's; None if each student has one.
        students: by id, each with ``token``, ``parameters``, ``name`` and ``email``.
    """

    exercise: str
    secret: bytes
    cohort: str = ""
    variant: Variant | None = None
    students: dict[str, dict[str, Any]] = field(default_factory=dict)

    def variant_for(self, key: str = "") -> Variant:
        """The variant of a student, by id or by the token of the notebook; of a cohort, that of all.

        Raises:
            CourseError: if nobody has this id or token, with the nearest id.
        """
        if self.variant is not None:
            return self.variant
        entry = self.students.get(key) or next((one for one in self.students.values() if one["token"] == key), None)
        if entry is None:
            near = difflib.get_close_matches(key, self.students, n=1)
            raise CourseError(
                f"The assignment knows no student and no variant {key!r}.",
                remedy=f"Did you mean {near[0]!r}?" if near else "Look into the roster.",
            )
        return Variant(dict(entry["parameters"]), entry["token"])

    def save(self, file: Path) -> None:
        """Write it so that only its owner can read it, as a whole or not at all.

        Raises:
            CourseError: if it cannot be written.
        """
        shared = {"token": self.variant.token, "parameters": self.variant.parameters} if self.variant else None
        content = {
            "exercise": self.exercise,
            "secret": self.secret.hex(),
            "cohort": self.cohort,
            "variant": shared,
            "students": self.students,
        }
        write_private(file, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())


def load_assignment(file: Path) -> Assignment:
    """Read what ``unionstate assign`` wrote.

    Raises:
        CourseError: if the file is not there or no longer as it was written.
    """
    if file.is_dir():
        file = file / FILE
    try:
        content = _File.model_validate(json.loads(file.read_bytes().decode("utf-8-sig")))
    except OSError as problem:
        raise CourseError(
            f"The assignment cannot be read ({problem.strerror}).",
            file=file,
            remedy=f"Give the file {FILE} that 'unionstate assign' wrote.",
        ) from None
    except ValidationError as problem:
        finding = problem.errors()[0]
        where = ".".join(map(str, finding["loc"]))
        said = finding["msg"].removeprefix("Value error, ")
        if where == "secret":
            said = "it is missing or damaged"
        raise CourseError(
            f"This is no assignment as 'unionstate assign' writes it ({where + ': ' if where else ''}{said}).",
            file=file,
            remedy="Take the file from your backup: without its secret the variants cannot be told.",
        ) from None
    except (ValueError, RecursionError):
        raise CourseError(
            "The assignment is damaged: it is not JSON.", file=file, remedy="Take the file from your backup."
        ) from None
    shared = content.variant
    return Assignment(
        content.exercise,
        bytes.fromhex(content.secret),
        content.cohort,
        Variant(shared.parameters, shared.token) if shared else None,
        {id_: one.model_dump() for id_, one in content.students.items()},
    )


def read_secret(file: Path) -> bytes:
    """The secret of an earlier assignment, or one that stands alone in a file, in hexadecimal digits.

    Raises:
        CourseError: if the file holds neither.
    """
    try:
        text = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise CourseError(f"The secret cannot be read ({problem}).", file=file) from None
    if text.startswith("{"):
        return load_assignment(file).secret
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < _SHORTEST_SECRET:
        raise CourseError(
            "This file holds no secret.",
            file=file,
            remedy=f"Give an {FILE}, or a file of {2 * _SHORTEST_SECRET} or more hexadecimal digits and nothing else.",
        )
    return secret


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read, as a whole or not at all.

    Raises:
        CourseError: if it cannot be written.
    """
    part = ""
    try:
        # mkstemp makes a file of mode 600 where the system knows modes
        handle, part = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(part, file)
    except OSError as problem:
        if part:
            Path(part).unlink(missing_ok=True)
        raise cannot_write(problem, file) from None
