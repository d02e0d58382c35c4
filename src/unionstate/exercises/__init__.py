"""Exercises: the questions of a notebook and their checks."""

from unionstate.exercises.check import check

__all__ = ["check"]
