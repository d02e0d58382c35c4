"""Texts of learners in cells of a table: on one line, and never a formula that a spreadsheet computes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

_FORMULA = "=+-@＝＋－＠"  # a spreadsheet computes a cell that starts so
# in many countries a spreadsheet takes a semicolon for the end of a cell, whatever the file is separated by
_NEXT = re.compile(rf"(;[\s\"']*)(?=[{re.escape(_FORMULA)}])")


def defused(cell: str) -> str:
    """A cell that no spreadsheet computes: on one line, and with an apostrophe before what would start a formula.

    What follows a semicolon may be a cell of its own, and gets one as well.
    """
    cell = _NEXT.sub(r"\1'", one_line(cell))
    return f"'{cell}" if cell[:1] and cell[0] in _FORMULA else cell


def one_line(text: str) -> str:
    """A text without what moves a cursor or cannot be written."""
    signs = (" " if _category(sign) == "Cc" else "\ufffd" if _category(sign) == "Cs" else sign for sign in text)
    return " ".join("".join(signs).split())


@cache
def _category(sign: str) -> str:
    return unicodedata.category(sign)
