"""Quizzes: items written once in YAML, shown in the book and in a live notebook."""

from unionstate.quiz.show import quiz

__all__ = ["quiz"]
