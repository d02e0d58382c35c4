"""Where the course's files are: in the checkout, beside a learner's notebook, or inside the installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from unionstate.errors import CourseError

ARTICLE_NAME = "000_eecd6e407d3f060b.txt"


@cache
def course_root() -> Path:
    """The folder that holds ``_config.yml``, ``chapters``, ``exercises`` and ``seeds``.

    Raises:
        CourseError: if the package was installed without them.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package.parent.parent, package / "_course"):
        if (candidate / "_config.yml").is_file() and (candidate / "seeds").is_dir():
            return candidate
    raise CourseError(
        "The course's files (_config.yml, chapters, seeds) are not where the package expects them.",
        remedy="Install the package from a checkout of the course: pip install -e .",
    )


def article_path() -> Path:
    """The article's text file."""
    return course_root() / "seeds" / ARTICLE_NAME


def chapters_path() -> Path:
    """The folder of the chapters."""
    return course_root() / "chapters"


def data_path(name: str) -> Path:
    """The file of a table, for example ``data_path("article_claims.csv")``."""
    return chapters_path() / "data" / name


def quiz_path(chapter: str) -> Path:
    """The quiz file of a chapter, for example ``quiz_path("when-was-this-written")``."""
    return chapters_path() / "quizzes" / f"{chapter}.yml"


def exercises_path() -> Path:
    """The folder of the exercises."""
    return course_root() / "exercises"
