"""Text that a student wrote, made fit to be shown: nothing invisible, nothing that turns the line round, not endless.

What comes out is plain text; whoever puts it into HTML escapes it and isolates its direction (``<bdi>``).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

VALUE_LIMIT = 200  # characters of a value
TEXT_LIMIT = 1_000  # of a message, an error or a note
NAME_LIMIT = 100  # of a name
_MOST_MARKS = 3  # combining signs on one letter: enough for any language, too few to climb over other lines


def visible(text: str, limit: int = TEXT_LIMIT) -> str:
    """The text with control and format signs written out, on one line, cut.

    A line break shows as ⏎, a tab as ⇥, any other sign that has no picture of its own as its code, for example
    ``[U+202E]``.

    Args:
        text: anything.
        limit: the most characters to keep; what is cut is counted at the end.
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    shown, kept, marks = [], 0, 0
    for sign in text[: limit + 1]:
        if kept == limit:
            break
        kept += 1
        picture = _picture(sign)
        marks = marks + 1 if picture == "mark" else 0
        if picture == "mark":
            if marks <= _MOST_MARKS:
                shown.append(sign)
        else:
            shown.append(picture)
    cut = len(text) - kept
    return "".join(shown) + (f"… ({cut:,} more characters)" if cut else "")


def with_code(text: str) -> Markup:
    """A text as HTML in which what stands in backticks is shown as code, and everything else as it is."""
    parts = re.split(r"`([^`]+)`", text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else escape(part) for place, part in enumerate(parts)
    )


@lru_cache(maxsize=4096)
def _picture(sign: str) -> str:
    if sign == "\n":
        return "⏎"
    if sign == "\t":
        return "⇥"
    category = unicodedata.category(sign)
    if category in ("Mn", "Me"):
        return "mark"
    # controls, formats (bidi overrides, zero width, tags), surrogates, private use, unassigned, separators
    if category[0] == "C" or category in ("Zl", "Zp"):
        return f"[U+{ord(sign):04X}]"
    return " " if category == "Zs" else sign
