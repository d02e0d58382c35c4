"""Short names in a script: what only the script itself calls by name needs no long one in every page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, count
from string import ascii_letters
from typing import NamedTuple

from pygments.lexers import JavascriptLexer
from pygments.token import Comment, Keyword, Name, String, Text

_CLOSING = {"(": ")", "[": "]", "{": "}", "${": "}"}
# the braces after these hold statements, and so do those of a case; all others are an object's
_BEFORE_A_BLOCK = (")", "=>", ";", "{", "}", "else", "try", "catch")
_BEFORE_A_PART = ("(", "[", "{", ",", ":", "...")
_PARTED = re.compile(r"[\w$]{2}|\+\+|--")
_DECLARING = ("const", "let", "function")


class _Word(NamedTuple):
    """A word or sign of the script, and what of its place decides what it means."""

    text: str
    is_name: bool  # and neither a property nor the key of an object
    alone: bool  # a name that stands for key and value at once: {score}
    depth: int  # brackets open around it


@dataclass
class _Scope:
    """The whole script, or a function in it: where it starts and ends, what it declares, what is named in it."""

    start: int
    end: int
    outer: _Scope | None
    own: set[str] = field(default_factory=set)
    used: Counter[str] = field(default_factory=Counter)  # of names that this scope or one around it declares, or none
    short: dict[str, str] = field(default_factory=dict)

    def home(self, name: str) -> _Scope | None:
        """The scope that declares the name as it is understood here."""
        return self if name in self.own else self.outer.home(name) if self.outer else None

    def renamed(self, name: str) -> str:
        """The short name of a name as it is understood here."""
        home = self.home(name)
        return home.short.get(name, name) if home else name


def short_names(script: str) -> str:
    """The script with short names for its own functions, variables and parameters, and the same behaviour.

    A function's names are told from those of the functions around it; blocks within a function are not told apart, so
    that a name has one meaning in all of them. It stays where something else may know it: as an export, a property, or
    a key. What is declared with ``const`` is declared with the shorter ``let``. Space that parts no words goes.

    The script is one of the course's own: its statements end with semicolons, and parameters stand in brackets.
    """
    tokens = [(kind, text) for kind, text in JavascriptLexer(stripnl=False, ensurenl=False).get_tokens(script) if text]
    there = [at for at, (kind, _) in enumerate(tokens) if kind not in Text and kind not in Comment]
    # what a text holds is no sign of the script
    signs = ["" if kind in String and kind not in String.Interpol else text for kind, text in tokens]
    words = _words([signs[at] for at in there], [tokens[at][0] in Name for at in there])
    kept = {tokens[at][1] for at in there if tokens[at][0] in Name.Builtin}  # document, Math
    kept |= {words[place + 2].text for place, word in enumerate(words) if word.text == "export"}

    scopes = _scopes(words)
    scope_of = [scopes[0]] * len(words)
    for scope in scopes:  # those within come later
        scope_of[scope.start : scope.end] = [scope] * (scope.end - scope.start)
    _declare(words, scope_of)
    for place, word in enumerate(words):
        if word.is_name:
            home, scope = scope_of[place].home(word.text), scope_of[place]
            while scope:
                scope.used[word.text] += 1
                scope = None if scope is home else scope.outer
    for scope in scopes:
        around = scope.outer or scope
        taken = {around.renamed(name) for name in scope.used if name not in scope.own} | (scope.own & kept)
        letters = chain(ascii_letters, (f"{letter}{number}" for number in count() for letter in ascii_letters))
        free = (name for name in letters if name not in taken)
        scope.short = dict(
            zip(sorted(scope.own - kept, key=lambda name: (-scope.used[name], name)), free, strict=False)
        )

    new = [text for _, text in tokens]
    for place, (at, word) in enumerate(zip(there, words, strict=True)):
        if word.is_name:
            name = scope_of[place].renamed(word.text)
            new[at] = f"{word.text}:{name}" if word.alone and name != word.text else name
        elif word.text == "const" and tokens[at][0] in Keyword:
            new[at] = "let"
    for at, (kind, text) in enumerate(tokens[1:-1], start=1):
        # space and line ends stand between words; other signs need none
        if kind in Text and text.isspace() and not _PARTED.fullmatch(new[at - 1][-1:] + tokens[at + 1][1][:1]):
            new[at] = ""
    return "".join(new)


def _words(texts: list[str], names: list[bool]) -> list[_Word]:
    words: list[_Word] = []
    open_now: list[str] = []  # as they were opened; an object's brace as "object"
    for place, text in enumerate(texts):
        before, after = (texts[place - 1] if place else ";"), "".join(texts[place + 1 : place + 2])
        if open_now and text == _CLOSING.get(open_now[-1], "}"):
            open_now.pop()
        part_of_object = open_now[-1:] == ["object"] and before in ("{", ",")
        key = part_of_object and after in (":", "(")
        is_name = names[place] and before not in (".", "?.") and not key
        words.append(_Word(text, is_name, is_name and part_of_object, len(open_now)))
        if text in _CLOSING:
            of_a_case = before == ":" and (texts[place - 3] == "case" or texts[place - 2] == "default")
            of_an_object = text == "{" and before not in _BEFORE_A_BLOCK and not of_a_case
            open_now.append("object" if of_an_object else text)
    return words


def _scopes(words: list[_Word]) -> list[_Scope]:
    """The script, and every function in it from its parameters to the end of its body."""
    scopes = [_Scope(0, len(words), None)]
    around = scopes[:]
    for place, word in enumerate(words):
        while place >= around[-1].end:
            around.pop()
        if word.text != "(":
            continue
        before, end = words[place - 1].text, _closing(words, place)
        after = words[end + 1].text if end + 1 < len(words) else ""
        if after == "=>":
            end = _end_of_arrow(words, end + 1)
        elif after == "{" and before not in ("if", "for", "while", "switch", "catch"):
            end = _closing(words, end + 1) + 1
        else:
            continue
        around.append(_Scope(place, end, around[-1]))
        scopes.append(around[-1])
    return scopes


def _closing(words: list[_Word], opened: int) -> int:
    return next(place for place in range(opened + 1, len(words)) if words[place].depth == words[opened].depth)


def _end_of_arrow(words: list[_Word], arrow: int) -> int:
    if words[arrow + 1].text == "{":
        return _closing(words, arrow + 1) + 1
    questions = 0
    for place in range(arrow + 1, len(words)):
        text, depth = words[place].text, words[place].depth
        if depth < words[arrow].depth or (depth == words[arrow].depth and text in (",", ";")):
            return place
        if depth == words[arrow].depth and text in ("?", ":"):
            questions += 1 if text == "?" else -1
            if questions < 0:
                return place
    return len(words)


def _declare(words: list[_Word], scope_of: list[_Scope]) -> None:
    """Tell every scope what it declares: its parameters, then what is declared in its body."""
    for place, word in enumerate(words):
        if word.text == "(" and scope_of[place].start == place and scope_of[place].outer:
            scope_of[place].own |= _parts(words, place)
    for place, word in enumerate(words):
        scope = scope_of[place]
        if not place or words[place - 1].text not in _DECLARING:
            continue
        names = {word.text} if word.is_name else _parts(words, place) if word.text in ("[", "{") else set()
        # in a block a name may be another than around the block, or the same: where both are there, both stay one
        scope.own |= {name for name in names if not (scope.outer and scope.outer.home(name))}


def _parts(words: list[_Word], opened: int) -> set[str]:
    """The names that a pattern, or a list of parameters, declares."""
    places = range(opened + 1, _closing(words, opened))
    return {words[at].text for at in places if words[at].is_name and words[at - 1].text in _BEFORE_A_PART}
