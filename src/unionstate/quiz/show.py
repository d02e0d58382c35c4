"""``quiz("when-was-this-written")`` in a notebook: the items as an anywidget whose answers are traits."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import anywidget
import traitlets

from unionstate.errors import CourseError
from unionstate.quiz.items import Item, Order
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.records import Record, answer_in_words, read_record
from unionstate.quiz.render import STATIC, inline_text, render_items
from unionstate.quiz.results import checked_name, read_results, results_bytes, write_new
from unionstate.quiz.select import block_label, select_items

if TYPE_CHECKING:
    import pandas as pd


class QuizWidget(anywidget.AnyWidget):
    """Some items of a quiz, live.

    Attributes:
        answers: by item id, once the learner has pressed the button; their forms are told in ``judge.py``.
        attempts: how often each item was answered.
        score: the score of each answered item, from 0 to 1; items that are not marked have none.
    """

    _esm = STATIC / "quiz.js"
    _css = STATIC / "quiz.css"
    html = traitlets.Unicode(read_only=True).tag(sync=True)
    records = traitlets.Dict().tag(sync=True)
    answers = traitlets.Dict(read_only=True)
    attempts = traitlets.Dict(read_only=True)
    score = traitlets.Dict(read_only=True)

    def __init__(self, items: list[Item], *, label: str = "Quiz", chapter: str = "", reveal: bool = True) -> None:
        self._items = {item.id: item for item in items}
        self._taken: dict[str, Record] = {}
        self._chapter, self._reveal = chapter, reveal
        self._run = os.urandom(8).hex()
        super().__init__()
        # A form of its own for each view: buttons of the same name belong together within a form, and without one
        # the choice in one view would undo that in another. The method "dialog" sends nothing anywhere.
        block = render_items(items, label=label, page=False, reveal=reveal)
        if not reveal:  # an item's version is made from its key too: whoever guesses the key could try it there
            for item in items:
                block = block.replace(f'data-version="{item.version}"', f'data-version="{self._run}"')
        self.set_trait("html", f'<form method="dialog">{block}</form>')

    @traitlets.observe("records")
    def _take_over(self, _change: object) -> None:
        """Translate what the browser sent; records that do not fit an item are left aside."""
        self._taken = {}
        for item_id, kept in self.records.items():
            item = self._items.get(item_id)
            if item is None or not isinstance(kept, dict) or kept.get("checked") is not True:
                continue
            try:
                self._taken[item_id] = read_record(item, self._as_in_the_file(item, kept))
            except ValueError:
                continue
        self.set_trait("answers", {item_id: record.answer for item_id, record in self._taken.items()})
        self.set_trait("attempts", {item_id: record.attempts for item_id, record in self._taken.items()})
        scores = {item_id: record.judgement.score for item_id, record in self._taken.items()}
        self.set_trait("score", {item_id: score for item_id, score in scores.items() if score is not None})

    def _as_in_the_file(self, item: Item, kept: dict) -> dict:
        """What the browser kept, with the item's own version and places, which it does not know without ``reveal``."""
        if self._reveal:
            return kept
        kept = {**kept, "version": item.version if kept.get("version") == self._run else None}
        answer = kept.get("answer")
        if isinstance(item, Order) and isinstance(answer, list):
            places = dict(enumerate(item.shuffled(len(item.entries))))
            kept["answer"] = [places.get(place) if type(place) is int else None for place in answer]
        return kept

    def to_frame(self) -> pd.DataFrame:
        """The items and what was answered, one row an item; cells are empty where nothing was answered yet."""
        import pandas as pd  # here: it takes most of the time of an import

        rows = []
        for item in self._items.values():
            record = self._taken.get(item.id)
            rows.append(
                {
                    "item": item.id,
                    "type": item.type,
                    "objective": item.objective,
                    "difficulty": item.difficulty,
                    "prompt": inline_text(item.prompt),
                    "answer": answer_in_words(item, record.answer) if record else None,
                    "score": record.judgement.score if record else None,
                    "attempts": record.attempts if record else None,
                    "answered_at": record.at if record else None,
                }
            )
        frame = pd.DataFrame(rows)
        frame["answered_at"] = pd.to_datetime(frame["answered_at"], utc=True).dt.as_unit("ms")
        return frame.astype({"answer": "string", "score": "Float64", "attempts": "Int64"})

    def save(self, file: str | Path, name: str | None = None, *, overwrite: bool = False) -> Path:
        """Write what was answered so far into a results file, to be handed in.

        The file holds the quiz, the items' versions, answers, attempts and times, and nothing about the person but
        the ``name``, if one is given. Saving again from the same quiz replaces the file.

        Args:
            file: for example ``"anna.json"``.
            name: a name or pseudonym.
            overwrite: replace a file that something else wrote.

        Returns:
            The file.

        Raises:
            CourseError: if something else wrote a file of that name, or the file cannot be written.
        """
        from unionstate.quiz.export.files import write_whole

        try:
            path = Path(file).expanduser()
            usable = path.name.strip() and path.name.isprintable() and not path.is_dir()
        except (OSError, RuntimeError):  # too long, or in the home folder of nobody
            usable = False
        if not usable:
            raise CourseError(
                f"{str(file)!r:.80} is no name of a file.", remedy='For example: .save("anna.json")'
            ) from None
        if path.suffix.lower() != ".json":
            path = path.with_name(f"{path.name}.json")
        name = "" if name is None else checked_name(name)
        content = results_bytes(self._chapter, self._run, name, list(self._items.values()), self._taken)
        if overwrite or self._wrote(path):
            write_whole(path, content)
        elif not write_new(path, content):
            raise CourseError(
                "There is such a file already, and this quiz did not write it.",
                file=path,
                remedy="Choose another name; or replace it with overwrite=True.",
            )
        return path

    def _wrote(self, path: Path) -> bool:
        try:
            return read_results(path).run == self._run
        except CourseError:
            return False


def quiz(chapter: str, *ids: str, part: str | None = None, reveal: bool = True) -> QuizWidget:
    """Show items of a chapter's quiz in a live notebook.

    Args:
        chapter: the chapter's name, for example ``when-was-this-written``.
        *ids: the items to show; none for all, or for all of ``part``.
        part: before, section or closing.
        reveal: False records answers without saying whether they are right, for use in class. No answer reaches the
            browser; but who can run Python here can read the quiz file.

    Raises:
        CourseError: if the chapter has no quiz or no such items, with the nearest name.
    """
    if ids and part:
        raise CourseError("Give item ids or a part, not both.")
    items = select_items(load_chapter_quiz(chapter), ids, part)
    return QuizWidget(items, label=block_label(items), chapter=chapter, reveal=reveal)
