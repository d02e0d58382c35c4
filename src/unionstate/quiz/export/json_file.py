"""JSON with everything the quiz file says, for programs of one's own."""

from __future__ import annotations

import json
from typing import Any

from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.items import Draw, Evidence, Item

FORMAT_VERSION = 1  # goes up when a reader of the file must change


def write_json(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """The items as they are, with what a reader would need this program for.

    ``wordings`` tells whether an item's prompt or answers changed since an earlier export; ``scoring`` has the rule of
    each type; ``keys`` has what answers are judged against, with the numbers, series and sentences that an item takes
    from the tables and the article.
    """
    content = {
        "format": "unionstate-quiz",
        "version": FORMAT_VERSION,
        "chapter": chapter,
        "wordings": {item.id: item.version for item in items},
        "scoring": {item.type: item.scoring for item in items},
        "keys": {item.id: _key(item) for item in items},
        "items": [item.model_dump(mode="json") for item in items],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    # only texts hold these: the file can be pasted into a <script> element
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return {".json": text.encode()}


def _key(item: Item) -> dict[str, Any]:
    if isinstance(item, Evidence):
        return {**item.key, "sentences": item.sentences}
    return {**item.key, "series": item.series} if isinstance(item, Draw) else item.key
