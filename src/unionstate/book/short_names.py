"""Short names in a script: what only the script itself calls by name needs no long one in every page."""

from __future__ import annotations

import re
from collections import Counter
from itertools import chain, count
from string import ascii_letters

from pygments.lexers import JavascriptLexer
from pygments.token import Comment, Keyword, Name, Text

_OPENING, _CLOSING = ("(", "[", "{", "${"), (")", "]", "}")
# the braces after these hold statements; all others may be an object's
_BEFORE_A_BLOCK = (")", "=>", ";", "{", "}", "else", "try", "catch")


def short_names(script: str) -> str:
    """The script with short names for its own functions, variables and parameters, and the same behaviour.

    A name is shortened everywhere or nowhere, so that no scope has to be known. It stays where something else may know
    it: as an export, or because it stands anywhere as a property, as a key, or alone between the braces of an object.
    What is declared with ``const`` is declared with the shorter ``let``.
    """
    tokens = [(kind, word) for kind, word in JavascriptLexer(stripnl=False, ensurenl=False).get_tokens(script) if word]
    words = [word for kind, word in tokens if kind not in Text and kind not in Comment]
    frequent = Counter(word for kind, word in tokens if kind in Name)
    own: set[str] = set()
    kept = {word for kind, word in tokens if kind in Name.Builtin}  # document, Math
    open_at: list[int] = []
    for at, word in enumerate(words):
        before, after = (words[at - 1] if at else ""), (words[at + 1] if at + 1 < len(words) else "")
        if word in _OPENING:
            open_at.append(at)
        elif word in _CLOSING:
            opened = open_at.pop()
            if word == ")" and (after == "=>" or words[opened - 2] == "function"):
                own |= {words[place] for place in range(opened, at) if words[place - 1] in ("(", "[", ",", "...")}
        elif word in frequent:
            in_object = bool(open_at) and words[open_at[-1]] == "{" and words[open_at[-1] - 1] not in _BEFORE_A_BLOCK
            if before in (".", "?.") or (in_object and before in ("{", ",")) or words[at - 2 : at - 1] == ["export"]:
                kept.add(word)
            elif before in ("const", "let", "function"):
                own.add(word)
    wanted = sorted(own & set(frequent) - kept, key=lambda name: (-frequent[name], name))
    letters = chain(ascii_letters, (f"{letter}{number}" for number in count() for letter in ascii_letters))
    free = (name for name in letters if not re.search(rf"\b{name}\b", script))
    short = dict(zip(wanted, free, strict=False))
    return "".join(
        short.get(word, word) if kind in Name else "let" if kind in Keyword and word == "const" else word
        for kind, word in tokens
    )
