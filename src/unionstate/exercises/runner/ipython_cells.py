"""Runs IPython's syntax without IPython: harmless magics are ignored or run plainly, the others say what to do."""

from __future__ import annotations

import ast
import builtins
import re
import sys
from collections.abc import Callable
from typing import Any

SHELL = "Shell commands do not run when the notebook is graded. Delete the line, or write it in Python."
ENDED = (
    "exit(), quit() and sys.exit() end Python. Here they end only the cell that they stand in, and the next cells are "
    "run. Delete the line."
)
IGNORED = frozenset(
    [
        "matplotlib", "load_ext", "reload_ext", "config", "precision", "autoreload", "pylab", "colors", "xmode", "pdb",
        "pprint", "autosave", "doctest_mode", "gui", "alias", "unalias", "logstart", "logstop", "who", "who_ls",
        "lsmagic", "quickref", "pinfo", "pinfo2", "history", "hist", "notebook", "magic",
    ]
)  # fmt: skip
PLAIN = frozenset(["time", "timeit", "capture", "prun"])
SHELLS = frozenset(
    ["bash", "sh", "script", "system", "sx", "!", "pip", "conda", "mamba", "micromamba", "uv", "cmd", "powershell",
     "ls", "cp", "mv", "rm", "rmdir", "mkdir", "cat", "man", "more", "less"]
)  # fmt: skip
# nothing is installed when a notebook is graded; what the exercises need is there, and the import says what is not
_INSTALLS = re.compile(
    r"\s*(sudo\s+)?(python3?\s+-m\s+)?(uv\s+)?(pip3?|conda|mamba|micromamba|apt|apt-get)\s+(-\S+\s+)*install\b[^|;&`$]*"
)


class NotInGrading(Exception):
    """Something that works in a notebook and does not when it is graded; the message says what to do."""


class Shell:
    """What ``get_ipython()`` gives in a graded notebook: just enough for the syntax that IPython rewrites.

    Args:
        run: runs source text over the student's names and gives the value of its last expression.
    """

    def __init__(self, run: Callable[[str], Any]) -> None:
        self._run = run

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> Any:
        """``%name line``."""
        if name in IGNORED:
            return None
        if name == "timeit":  # its result is a duration alone
            return None
        if name in PLAIN:
            return self._run(line)
        if _INSTALLS.fullmatch(f"{name} {line}"):
            return None
        raise NotInGrading(self._refusal(f"%{name}", name))

    def run_cell_magic(self, name: str, line: str, cell: str = "") -> Any:
        """``%%name line`` and the rest of the cell."""
        if name in PLAIN or name in IGNORED:
            return self._run(cell)
        if name in ("markdown", "html", "HTML", "latex", "javascript", "js", "svg", "SVG"):
            return None
        raise NotInGrading(self._refusal(f"%%{name}", name))

    magic = run_line_magic

    def system(self, command: Any = "", *_: Any, **__: Any) -> Any:
        """``!command``."""
        if isinstance(command, str) and _INSTALLS.fullmatch(command):
            return None
        raise NotInGrading(SHELL)

    getoutput = system_raw = system_piped = getoutput_piped = system

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"get_ipython().{name} does not work when the notebook is graded. Delete the line.")

    @staticmethod
    def _refusal(written: str, name: str) -> str:
        if name in SHELLS:
            return f"{SHELL} (It says {written}.)"
        if name == "run":
            return "%run does not work when the notebook is graded: other files are not there. Copy the code in."
        return f"{written} does not work when the notebook is graded. Delete the line, or write it in plain Python."


def to_python(source: str, transform: Callable[[str], str]) -> str:
    """A cell's text as Python; raises SyntaxError as Python would."""
    try:
        return transform(source)
    except SyntaxError:
        raise
    except Exception:  # IPython's tokenizer on text that is no code: let Python say what is wrong
        return source


def compile_cell(source: str, file: str) -> tuple[Any, Any]:
    """Compile a cell: its statements, and its last expression if its value is to be shown (else None).

    Raises:
        SyntaxError: and ValueError, MemoryError, RecursionError on texts that no parser takes.
    """
    tree = ast.parse(source, file)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = compile(ast.Expression(tree.body.pop().value), file, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    return compile(tree, file, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), last


def short_text(value: Any) -> str:
    """What a notebook would show of a value, in a few lines."""
    try:
        text = repr(value)
        return text if type(text) is str else type(value).__name__
    except Exception as problem:
        return f"<{type(value).__name__}: {type(problem).__name__}>"


def install(names: dict[str, Any], run: Callable[[str], Any]) -> None:
    """Put what a notebook offers into the student's names and the built-in ones: display, get_ipython, input."""
    shell = Shell(run)

    def display(*values: Any, **_: Any) -> None:
        for value in values:
            sys.stdout.write(short_text(value) + "\n")

    def ask(*_: Any) -> str:
        raise NotInGrading("input() does not work when the notebook is graded. Write the value into the cell.")

    def leave(*_: Any) -> None:
        raise SystemExit

    names.update(get_ipython=lambda: shell, display=display)
    builtins.display = display  # type: ignore[attr-defined]
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    builtins.input = ask
    builtins.exit = builtins.quit = leave  # type: ignore[assignment]
