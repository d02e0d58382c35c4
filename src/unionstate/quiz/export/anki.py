"""An Anki deck, through genanki; ids come from the items, so that importing a newer deck updates the notes."""

from __future__ import annotations

import hashlib
import io
import itertools
import sqlite3
import time
import zipfile

from unionstate.quiz.export.extras import load_extra
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.texts import COURSE, listed, safe_html, sources
from unionstate.quiz.export.wording import body, how, reasons
from unionstate.quiz.items import Item

FIELDS = ("Id", "Prompt", "How", "Options", "Hints", "Reasons", "Sources")
_FRONT = (
    "<div>{{Prompt}}</div><p><i>{{How}}</i></p>{{Options}}"
    "{{#Hints}}<details><summary>Hints</summary>{{Hints}}</details>{{/Hints}}"
)
_BACK = '{{FrontSide}}<hr id="answer">{{Reasons}}<p><small>{{Sources}}</small></p>'
_CSS = ".card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 40em; margin: 1em auto; }"


def write_anki(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One deck with a note for each item of a chapter."""
    genanki = load_extra("genanki")
    model = genanki.Model(
        _number("note type"),
        f"{COURSE}: quiz item",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Question", "qfmt": _FRONT, "afmt": _BACK}],
        css=_CSS,
    )
    deck = genanki.Deck(_number(f"deck {chapter}"), f"{COURSE}::{chapter}")
    for item in items:
        if item.type == "draw":
            outcome.convert(item, "a line to draw: a card with the given points, whose back has all the data")
        elif not item.marked:
            outcome.convert(item, "nothing to mark: a card whose back tells what each answer leads to")
        misconceptions = sorted({line.misconception for line in item.lines if line.misconception})
        tags = [item.objective, f"difficulty-{item.difficulty}", item.part, *misconceptions]
        fields = [
            item.id,
            safe_html(item.prompt),
            how(item),
            body(item),
            listed((safe_html(hint) for hint in item.hints), "ol") if item.hints else "",
            reasons(item),
            safe_html(sources(item)),
        ]
        guid = genanki.guid_for("unionstate", item.id)  # the default, from the fields, changes with the wording
        deck.add_note(genanki.Note(model=model, fields=fields, tags=tags, guid=guid))
    return {".apkg": _package(genanki.Package(deck))}


def _package(package: object) -> bytes:
    """The package's bytes. Its own ``write_to_file`` leaves the database behind in the temporary folder."""
    now = time.time()
    database = sqlite3.connect(":memory:")
    try:
        package.write_to_db(database.cursor(), now, itertools.count(int(now * 1000)))
        database.commit()
        collection = database.serialize()
    finally:
        database.close()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr("collection.anki2", collection)
        files.writestr("media", "{}")
    return archive.getvalue()


def _number(name: str) -> int:
    """An id as Anki wants them, the same in every run."""
    return 1 << 30 | int.from_bytes(hashlib.sha256(f"unionstate {name}".encode()).digest()[:4]) >> 2
