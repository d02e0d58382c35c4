"""Quizzes in the formats of other programs: ``unionstate quiz export FORMAT``."""

from unionstate.quiz.export.run import FORMATS, export_quizzes

__all__ = ["FORMATS", "export_quizzes"]
