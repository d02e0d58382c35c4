"""``quiz("when-was-this-written")`` in a notebook: the items as an anywidget whose answers are traits."""

from __future__ import annotations

import anywidget
import traitlets

from unionstate.errors import CourseError
from unionstate.quiz.items import Item
from unionstate.quiz.judge import score
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.render import STATIC, render_items
from unionstate.quiz.select import block_label, select_items


class QuizWidget(anywidget.AnyWidget):
    """Some items of a quiz, live.

    Attributes:
        answers: the places of the chosen options (from 0) by item id, once the learner has pressed "Check".
        attempts: how often each item was checked.
        score: the score of each checked item, from 0 to 1; commit items have none.
    """

    _esm = STATIC / "quiz.js"
    _css = STATIC / "quiz.css"
    html = traitlets.Unicode(read_only=True).tag(sync=True)
    records = traitlets.Dict().tag(sync=True)
    answers = traitlets.Dict(read_only=True)
    attempts = traitlets.Dict(read_only=True)
    score = traitlets.Dict(read_only=True)

    def __init__(self, items: list[Item], *, label: str = "Quiz") -> None:
        self._items = {item.id: item for item in items}
        super().__init__()
        self.set_trait("html", render_items(items, label=label, page=False))

    @traitlets.observe("records")
    def _take_over(self, _change: object) -> None:
        """Translate what the browser sent; records that do not fit an item are left aside."""
        answers, attempts, scores = {}, {}, {}
        for item_id, record in self.records.items():
            item = self._items.get(item_id)
            if item is None or not isinstance(record, dict) or not record.get("checked"):
                continue
            try:
                chosen = sorted({int(place) for place in record["chosen"]})
                result, tries = score(item, chosen), int(record.get("attempts", 1))
            except (KeyError, TypeError, ValueError, OverflowError):
                continue
            answers[item_id], attempts[item_id] = chosen, tries
            if result is not None:
                scores[item_id] = result
        self.set_trait("answers", answers)
        self.set_trait("attempts", attempts)
        self.set_trait("score", scores)


def quiz(chapter: str, *ids: str, part: str | None = None) -> QuizWidget:
    """Show items of a chapter's quiz in a live notebook.

    Args:
        chapter: the chapter's name, for example ``when-was-this-written``.
        *ids: the items to show; none for all, or for all of ``part``.
        part: before, section or closing.

    Raises:
        CourseError: if the chapter has no quiz or no such items, with the nearest name.
    """
    if ids and part:
        raise CourseError("Give item ids or a part, not both.")
    items = select_items(load_chapter_quiz(chapter), ids, part)
    return QuizWidget(items, label=block_label(items))
