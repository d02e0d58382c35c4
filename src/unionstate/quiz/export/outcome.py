"""What became of the items of a chapter in an export, so that nothing is lost silently."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from unionstate.quiz.items import Item


@dataclass
class Outcome:
    """The account of one chapter.

    Attributes:
        chapter: the chapter's name.
        written: how many items are in the files.
        converted: the ids of items that became another kind of question, by what they became.
        moved: the ids of items of which a part stands in another place, by the part and the place.
        left_out: the ids of items that are not in the files, by the reason.
        replaced: how many characters no file of this format can hold were replaced by U+FFFD.
        remarks: what else happened.
    """

    chapter: str
    written: int = 0
    converted: dict[str, list[str]] = field(default_factory=dict)
    moved: dict[str, list[str]] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    replaced: int = 0
    remarks: list[str] = field(default_factory=list)

    def convert(self, item: Item, into: str) -> None:
        """Note that an item became another kind of question."""
        self.converted.setdefault(into, []).append(item.id)

    def move(self, item: Item, what: str) -> None:
        """Note that a part of an item stands in another place."""
        self.moved.setdefault(what, []).append(item.id)

    def leave_out(self, item: Item, why: str) -> None:
        """Note that an item is not in the files."""
        self.left_out.setdefault(why, []).append(item.id)

    def remark(self, what: str) -> None:
        """Note once what else happened."""
        if what not in self.remarks:
            self.remarks.append(what)

    def lines(self) -> Iterator[str]:
        """The account, one matter a line."""
        for said, matters in (("converted", self.converted), ("moved", self.moved), ("left out", self.left_out)):
            for what, ids in matters.items():
                yield f"{said}: {', '.join(ids)} ({what})"
        if self.replaced:
            yield f"replaced by U+FFFD: {counted(self.replaced, 'control character')}"
        yield from self.remarks


class Writer(Protocol):
    """Turns the items of a chapter into files, by the end of their names."""

    def __call__(self, chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]: ...


def counted(number: int, noun: str) -> str:
    """The number with its noun: 1 item, 2 items."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
