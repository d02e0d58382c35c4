"""Reads exported files back with nothing of the code that wrote them."""

from __future__ import annotations

import io
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

from samples import shown

_LI = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_REASON = re.compile(r"(?:<b>(Right|Wrong):</b> )?<i>(.*?)</i> (.*)", re.DOTALL)
_HINT = re.compile(r"<p>Hint \d+: (.*?)</p>", re.DOTALL)
SOURCES = "Look it up: ¶3.2, claim C01"


def commit_texts(question: str, after: str) -> dict:
    """The texts of a commit item that became an essay question."""
    prompt, rest = question.split("<ul>", 1)
    entries = [_REASON.fullmatch(entry) for entry in _LI.findall(after)]
    assert [entry[2] for entry in entries] == _LI.findall(rest) and not any(entry[1] for entry in entries)
    assert shown(rest).endswith("Choose one. Nothing is marked.") and "Look it up: " in shown(after)
    return {
        "prompt": shown(prompt),
        "options": [shown(entry[2]) for entry in entries],
        "feedback": [shown(entry[3]) for entry in entries],
        "hints": [shown(hint) for hint in _HINT.findall(after)],
    }


def read_moodle_xml(content: bytes) -> list[dict]:
    """The questions as Moodle's importer takes them."""
    category, *questions = ET.fromstring(content).findall("question")
    assert category.get("type") == "category"
    assert category.findtext("category/text") == "$course$/top/The Pendulum Test/a-chapter"
    return [_moodle_question(question) for question in questions]


def _moodle_question(question: ET.Element) -> dict:
    assert all(node.get("format") == "html" for node in question.iter() if node.tag in {"answer", "feedback", "hint"})
    after = question.findtext("generalfeedback/text")
    read = {
        "id": question.findtext("name/text"),
        "idnumber": question.findtext("idnumber"),
        "kind": question.get("type"),
        "mark": question.findtext("defaultgrade"),
        "tags": [tag.text for tag in question.findall("tags/tag/text")],
        "prompt": shown(question.findtext("questiontext/text")),
    }
    if read["kind"] == "essay":
        return read | commit_texts(question.findtext("questiontext/text"), after)
    assert shown(after).startswith("Look it up: ")
    answers = question.findall("answer")
    return read | {
        "single": question.findtext("single"),
        "shuffle": question.findtext("shuffleanswers"),
        "shares": [float(answer.get("fraction")) for answer in answers],
        "options": [shown(answer.findtext("text")) for answer in answers],
        "feedback": [shown(answer.findtext("feedback/text")) for answer in answers],
        "hints": [shown(hint.text) for hint in question.findall("hint/text")],
    }


_CONTROL = dict(zip("~=#{}:", map(chr, range(0x10F000, 0x10F006)), strict=True))  # unescaped control characters
_TRIM = " \t\n\r\0\x0b"


def read_gift(content: bytes) -> list[dict]:
    """The questions by the grammar on Moodle's page on GIFT: blank lines, comments, escapes, weights, formats."""
    text = content.decode()
    # Moodle stores escaped characters under such names while it reads: in a text they would turn into them
    assert not re.search(r"&&0\d\d;", text)
    blocks, block = [], []
    for line in [*(line.strip(_TRIM) for line in text.split("\n")), ""]:
        if line not in {"", "0"}:  # PHP's empty()
            block.append(line)
        elif block:
            blocks.append(block)
            block = []
    assert blocks.pop(0) == ["$CATEGORY: $course$/top/The Pendulum Test/a-chapter"]
    return [_gift_question(block) for block in blocks]


def _unescape(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1]:
            return "\n" if found[1] == "n" else found[1]
        return _CONTROL[found[2]]

    return re.sub(r"\\([\\~=#{}:n])|([~=#{}:])", one, text)


def _formatted(text: str) -> str:
    text = text.strip(_TRIM)
    assert text.startswith("[html]")
    assert not set(text) & set(_CONTROL.values()), "an unescaped control character"
    return text.removeprefix("[html]")


def _gift_question(lines: list[str]) -> dict:
    comments = [line for line in lines if line.startswith("//")]
    text = _unescape("\n".join(line for line in lines if not line.startswith("//")))
    tilde, equals, hash_, opened, closed, colon = (_CONTROL[sign] for sign in "~=#{}:")
    empty, name, text = text.split(colon * 2)
    assert empty == "" and text.endswith(closed) and text.count(opened) == text.count(closed) == 1
    question, answers = text.rstrip(closed).split(opened)
    answers, general = answers.split(hash_ * 4)
    read = {
        "id": name,
        "idnumber": re.search(r"\[id:([^]]+)\]", comments[0])[1],
        "tags": re.findall(r"\[tag:([^]]+)\]", comments[0]),
    }
    after = _formatted(general)
    if not answers.strip(_TRIM):
        return read | {"kind": "essay"} | commit_texts(_formatted(question), after)
    single = equals in answers
    first, *answers = answers.replace(equals, tilde + equals).split(tilde)
    assert first.strip(_TRIM) == ""
    shares, options, feedback = [], [], []
    for answer in answers:
        answer = answer.strip(_TRIM)
        weight = re.match(r"%(-*[0-9]{1,2}\.?[0-9]*)%", answer)  # Moodle's own pattern
        if answer.startswith(equals):
            shares.append(100.0)
            answer = answer[1:]
        elif weight:
            shares.append(float(weight[1]))
            answer = answer[weight.end() :]
        else:
            shares.append(0.0)
        option, why = answer.split(hash_)
        options.append(shown(_formatted(option)))
        feedback.append(shown(_formatted(why)))
    assert "Look it up: " in shown(after)
    return read | {
        "kind": "multichoice",
        "single": "true" if single else "false",
        "shares": shares,
        "prompt": shown(_formatted(question)),
        "options": options,
        "feedback": feedback,
        "hints": [shown(hint) for hint in _HINT.findall(after)],
    }


_QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}


def read_qti(content: bytes) -> list[dict]:
    """The items of the assessment; every XML file of the package has to be well-formed."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        trees = {name: ET.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")}
    assert len(trees) == 3 and "imsmanifest.xml" in trees
    (assessment,) = [tree for tree in trees.values() if tree.tag.endswith("}questestinterop")]
    return [_qti_item(item) for item in assessment.iterfind(".//q:item", _QTI)]


def _qti_item(item: ET.Element) -> dict:
    labels = [entry.text for entry in item.iterfind(".//q:fieldlabel", _QTI)]
    meta = dict(zip(labels, (entry.text for entry in item.iterfind(".//q:fieldentry", _QTI)), strict=True))
    feedback = {
        one.get("ident"): one.findtext(".//q:mattext", namespaces=_QTI) for one in item.iterfind("q:itemfeedback", _QTI)
    }
    for condition in item.iterfind(".//q:displayfeedback", _QTI):
        assert condition.get("linkrefid") in feedback
    question = item.findtext("q:presentation/q:material/q:mattext", namespaces=_QTI)
    read = {
        "id": item.get("title"),
        "ident": item.get("ident"),
        "kind": meta["question_type"],
        "mark": meta["points_possible"],
    }
    if read["kind"] == "essay_question":
        return read | commit_texts(question, feedback["general_fb"])
    choices = {
        label.get("ident"): label.findtext(".//q:mattext", namespaces=_QTI)
        for label in item.iterfind(".//q:render_choice/q:response_label", _QTI)
    }
    (scored,) = [one for one in item.iterfind(".//q:respcondition", _QTI) if one.find("q:setvar", _QTI) is not None]
    right = {one.text for path in ("q:conditionvar/q:varequal", "q:conditionvar/q:and/q:varequal")
             for one in scored.iterfind(path, _QTI)}  # fmt: skip
    return read | {
        "prompt": shown(question),
        "right": [place for place, ident in enumerate(choices) if ident in right],
        "options": [shown(text) for text in choices.values()],
        "feedback": [shown(feedback[f"{ident}_fb"]) for ident in choices],
        "hints": [shown(hint) for hint in _HINT.findall(feedback["general_fb"])],
        "sources": shown(feedback["general_fb"]).rpartition("Look it up: ")[2],
    }


def read_anki(content: bytes, folder: Path) -> list[dict]:
    """The notes of the package's database."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None and sorted(package.namelist()) == ["collection.anki2", "media"]
        assert package.read("media") == b"{}"
        (folder / "collection.anki2").write_bytes(package.read("collection.anki2"))
    database = sqlite3.connect(folder / "collection.anki2")
    try:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        ((decks, models),) = database.execute("select decks, models from col").fetchall()
        notes = database.execute("select guid, mid, tags, flds from notes order by id").fetchall()
        cards = database.execute("select count(*), count(distinct nid) from cards").fetchone()
    finally:
        database.close()
    assert cards == (len(notes), len(notes))
    return [_anki_note(*note) | {"decks": decks, "models": models} for note in notes]


def _anki_note(guid: str, model: int, tags: str, flds: str) -> dict:
    item_id, prompt, how, options, hints, reasons, sources = fields = flds.split("\x1f")
    entries = [_REASON.fullmatch(entry) for entry in _LI.findall(reasons)]
    assert [entry[2] for entry in entries] == _LI.findall(options)
    assert sources.startswith("Look it up: ")
    for field in fields:
        assert not re.search(r"\[(latex|\$|sound:)|\$\$|\\[(\[]|\{\{", field)
    return {
        "guid": guid,
        "model": model,
        "tags": tags.split(),
        "how": how,
        "id": item_id,
        "prompt": shown(prompt),
        "right": [place for place, entry in enumerate(entries) if entry[1] == "Right"],
        "marked": all(entry[1] for entry in entries),
        "options": [shown(entry[2]) for entry in entries],
        "feedback": [shown(entry[3]) for entry in entries],
        "hints": [shown(hint) for hint in _LI.findall(hints)],
    }
