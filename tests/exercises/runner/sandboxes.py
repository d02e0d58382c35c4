"""What the tests of the runner share: the mark of those that need a sandbox, with the reason if there is none."""

import pytest

from unionstate.errors import CourseError
from unionstate.exercises.runner import sandbox


def missing_sandbox() -> str:
    """Why no sandbox can be had here; "" if one can."""
    try:
        sandbox.find_bubblewrap()
    except CourseError as problem:
        return str(problem)
    return ""


NO_SANDBOX = pytest.mark.skipif(bool(missing_sandbox()), reason=missing_sandbox() or "bubblewrap is here")
