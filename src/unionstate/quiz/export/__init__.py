"""Quizzes in the formats of other programs: ``unionstate quiz export FORMAT``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unionstate.quiz.export.run import FORMATS, export_quizzes

__all__ = ["FORMATS", "export_quizzes"]


def __getattr__(name: str) -> Any:
    """What exports, loaded when it is asked for: the writer of whole files stands here too and needs none of it."""
    if name in __all__:
        from unionstate.quiz.export import run

        return getattr(run, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
