"""What the tests of the runner share: the mark of those that need a sandbox, with the reason if there is none."""

import os
import sys
from pathlib import Path

import pytest

from unionstate.errors import CourseError
from unionstate.exercises.runner import sandbox
from unionstate.paths import course_root


def missing_sandbox() -> str:
    """Why no sandbox can be had here; "" if one can."""
    try:
        sandbox.find_bubblewrap()
    except CourseError as problem:
        return str(problem)
    return ""


NO_SANDBOX = pytest.mark.skipif(bool(missing_sandbox()), reason=missing_sandbox() or "bubblewrap is here")


def ordinary_user(command: list[str]) -> list[str]:
    """The command, to be run as an ordinary user: as it is, or, for root, as nobody.

    Nobody cannot go into root's home, where Python or the checkout may lie; so the command gets a view of the machine
    in which an empty folder stands there, with these alone in it.
    """
    if os.geteuid() != 0:
        return command
    home = Path("/root")
    view = ["bwrap", "--dev-bind", "/", "/", "--perms", "0755", "--tmpfs", str(home)]
    made = {home}
    for needed in (Path(sys.base_prefix), Path(sys.prefix), Path(sandbox.__file__).resolve().parents[3], course_root()):
        if needed.is_relative_to(home):
            for folder in reversed(needed.parents):
                if folder.is_relative_to(home) and folder not in made:
                    made.add(folder)
                    view += ["--perms", "0755", "--dir", str(folder)]
            view += ["--ro-bind", str(needed), str(needed)]
    return [*view, "setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--", *command]
