"""The worth of each option in percent, so that Moodle scores an answer as ``unionstate.quiz.items.score`` does."""

from __future__ import annotations

from unionstate.quiz.items import Item, Multiple


def shares(item: Item) -> list[str]:
    """The percentage of each option.

    Single: 100 or 0. Multiple: the right options share 100, the wrong ones share -100; Moodle adds the chosen ones up
    and lets no sum fall below 0. An item has up to nine options, so a share is 100/1 to 100/8. All of these are among
    the grades Moodle lists (100, 50, 33.33333, 25, 20, 16.66667, 14.28571, 12.5), so five decimals pass its strict
    "Error if grade not listed", and three thirds make 99.99999, which Moodle rounds to the full mark.
    """
    if not isinstance(item, Multiple):
        return ["100" if option.correct else "0" for option in item.options]
    right = len(item.right)
    wrong = len(item.options) - right
    return [_percent(100 / right) if option.correct else "-" + _percent(100 / wrong) for option in item.options]


def _percent(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".")
