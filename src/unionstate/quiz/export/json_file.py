"""JSON with everything the quiz file says, for programs of one's own."""

from __future__ import annotations

import json

from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.items import Item

FORMAT_VERSION = 1  # goes up when a reader of the file must change


def write_json(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """The items as they are; ``wordings`` tells whether an item's prompt or options changed since an earlier export."""
    content = {
        "format": "unionstate-quiz",
        "version": FORMAT_VERSION,
        "chapter": chapter,
        "wordings": {item.id: item.version for item in items},
        "items": [item.model_dump(mode="json") for item in items],
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    # only texts hold these: the file can be pasted into a <script> element
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return {".json": text.encode()}
