"""Quizzes: items written once in YAML, shown in the book and in a live notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unionstate.quiz.show import quiz

__all__ = ["quiz"]


def __getattr__(name: str) -> Any:
    """The live quiz, loaded when it is asked for: the widgets that it needs are of use in a notebook alone."""
    if name == "quiz":
        from unionstate.quiz.show import quiz

        return quiz
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
