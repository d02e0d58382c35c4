"""Reads exported files back with nothing of the code that wrote them."""

from __future__ import annotations

import html
import io
import re
import sqlite3
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import qti_grammar
from samples import shown

_LI = re.compile(r"<li>(.*?)</li>", re.DOTALL)
_REASON = re.compile(r"(?:<b>(Right|Wrong):</b> )?<i>(.*?)</i> (.*)", re.DOTALL)
_PART = re.compile(r"<i>(.*?)</i>: <b>(.*?)</b>\. (.*)", re.DOTALL)
_HINT = re.compile(r"<p>Hint \d+: (.*?)</p>", re.DOTALL)
_P = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_ROW = re.compile(r"<tr><t[hd]>(.*?)</t[hd]><t[hd]>(.*?)</t[hd]></tr>", re.DOTALL)
_LETTERED = re.compile(r"<p>([A-Z])\. (.*?)</p>", re.DOTALL)
SOURCES = "Look it up: ¶3.2, claim C01"
TRIM = " \t\n\r\0\x0b"


def question_texts(question: str) -> dict:
    """The prompt, and what stands below it."""
    prompt, below = question.split("</p>", 1)
    assert prompt.startswith("<p>")
    read = {
        "prompt": shown(prompt),
        "below": [shown(text) for text in _P.findall(below) if not _LETTERED.fullmatch(f"<p>{text}</p>")],
        "listed": [shown(entry) for entry in _LI.findall(below)],
        "lettered": {sign: shown(text) for sign, text in _LETTERED.findall(below)},
    }
    if table := rows(below):
        read["table"] = table
    read["ends"] = read["below"][0] if read["below"] else ""
    return read


def rows(html: str) -> list[tuple[str, ...]]:
    """The rows of a table of two columns."""
    return [tuple(map(shown, row)) for row in _ROW.findall(html)]


def texts_after(after: str) -> dict:
    """The hints, the reason of each part or line, and the data in a general feedback."""
    assert "Look it up: " in shown(after)
    entries = _LI.findall(after)
    read = {"hints": [shown(hint) for hint in _HINT.findall(after)]}
    if all(parts := [_PART.fullmatch(entry) for entry in entries]):
        read["parts"] = [tuple(map(shown, part.groups())) for part in parts]
    if all(lines := [_REASON.fullmatch(entry) for entry in entries]):
        read["lines"] = [(shown(line[2]), shown(line[3])) for line in lines]
        assert not any(line[1] for line in lines)
    if data := rows(after):
        read["data"] = data
    return read


def plain_menu(choice: str) -> str:
    """An entry of a menu, which has no tags."""
    assert "<" not in choice and ">" not in choice
    return html.unescape(choice).strip(TRIM)


def with_letters(pairs: list[tuple[str, str]], lettered: dict) -> set[tuple[str, str]]:
    """The pairs of a matching question; letters stand for the choices below the question, if there are any."""
    assert not lettered or {choice for _, choice in pairs} == set(lettered)
    return {(stem, lettered.get(choice, choice)) for stem, choice in pairs}


def read_moodle_xml(content: bytes) -> list[dict]:
    """The questions as Moodle's importer takes them."""
    category, *questions = ET.fromstring(content).findall("question")
    assert category.get("type") == "category"
    assert category.findtext("category/text") == "$course$/top/The Pendulum Test/a-chapter"
    return [_moodle_question(question) for question in questions]


def _moodle_question(question: ET.Element) -> dict:
    for node in question.iter():
        assert node.tag not in {"feedback", "hint", "questiontext", "generalfeedback"} or node.get("format") == "html"
    after = question.findtext("generalfeedback/text")
    read = {
        "id": question.findtext("name/text"),
        "idnumber": question.findtext("idnumber"),
        "kind": question.get("type"),
        "mark": question.findtext("defaultgrade"),
        "tags": [tag.text for tag in question.findall("tags/tag/text")],
    }
    read |= question_texts(question.findtext("questiontext/text")) | texts_after(after)
    if read["kind"] != "essay":
        assert not read["hints"]
        read["hints"] = [shown(hint.text) for hint in question.findall("hint/text")]
    return read | _MOODLE_ANSWERS[read["kind"]](question, read)


def _moodle_choice(question: ET.Element, read: dict) -> dict:
    answers = question.findall("answer")
    assert all(answer.get("format") == "html" for answer in answers)
    return {
        "single": question.findtext("single"),
        "shuffle": question.findtext("shuffleanswers"),
        "shares": [float(answer.get("fraction")) for answer in answers],
        "options": [shown(answer.findtext("text")) for answer in answers],
        "feedback": [shown(answer.findtext("feedback/text")) for answer in answers],
    }


def _moodle_plain(question: ET.Element) -> list[tuple[float, str, str, str]]:
    answers = question.findall("answer")
    assert all(answer.get("format") == "plain_text" for answer in answers)
    return [
        (
            float(answer.get("fraction")),
            answer.findtext("text"),
            answer.findtext("tolerance"),
            shown(answer.findtext("feedback/text")),
        )
        for answer in answers
    ]


def a_number(text: str) -> float | str:
    """A number as every program reads it, or the sign for anything."""
    assert text == "*" or re.fullmatch(r"-?\d+(\.\d+)?", text), text
    return text if text == "*" else float(text)


def _moodle_number(question: ET.Element, read: dict) -> dict:
    answers = [(share, a_number(text), a_number(near), why) for share, text, near, why in _moodle_plain(question)]
    units = [unit.findtext("unit_name") for unit in question.findall("units/unit")]
    assert all(unit.findtext("multiplier") == "1" for unit in question.findall("units/unit"))
    assert question.findtext("unitgradingtype") == "0"
    assert question.findtext("showunits") == ("0" if units else "3")
    return {"answers": answers, "units": units}


def as_typed(pattern: str) -> str:
    """A spelling as Moodle compares it: an asterisk without a backslash stands for anything, nothing included."""
    return pattern if pattern == "*" else re.sub(r"(?<!\\)\*", "", pattern).replace("\\*", "*").strip(TRIM)


def _moodle_words(question: ET.Element, read: dict) -> dict:
    answers = _moodle_plain(question)
    assert question.findtext("usecase") == "0" and answers[-1][1] == "*"
    assert [share for share, *_ in answers] == sorted((share for share, *_ in answers), reverse=True)
    return {"spelled": {(share, as_typed(text), why) for share, text, _near, why in answers}}


def _moodle_pairs(question: ET.Element, read: dict) -> dict:
    assert question.findtext("shuffleanswers") == "false"
    choices = [one.findtext("answer/text") for one in question.findall("subquestion")]
    assert max(map(len, choices)) <= 255  # the room Moodle has for one
    pairs = [
        (shown(one.findtext("text") or ""), plain_menu(choice))
        for one, choice in zip(question.findall("subquestion"), choices, strict=True)
    ]
    right = shown(question.findtext("correctfeedback/text"))
    return {"pairs": with_letters(pairs, read["lettered"]), "right_feedback": right}


_MOODLE_ANSWERS = {
    "multichoice": _moodle_choice,
    "numerical": _moodle_number,
    "shortanswer": _moodle_words,
    "matching": _moodle_pairs,
    "essay": lambda question, read: {},
}
_CONTROL = dict(zip("~=#{}:", map(chr, range(0x10F000, 0x10F006)), strict=True))  # unescaped control characters


def read_gift(content: bytes) -> list[dict]:
    """The questions by the grammar on Moodle's page on GIFT: blank lines, comments, escapes, weights, formats."""
    text = content.decode()
    # Moodle stores escaped characters under such names while it reads: in a text they would turn into them
    assert not re.search(r"&&0\d\d;", text)
    blocks, block = [], []
    for line in [*(line.strip(TRIM) for line in text.split("\n")), ""]:
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
    text = text.strip(TRIM)
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
    read |= question_texts(_formatted(question)) | texts_after(after)
    answers = answers.strip(TRIM)
    if not answers:
        return read | {"kind": "essay"}
    if answers.startswith(hash_):
        return read | {"kind": "numerical"} | _gift_number(answers[1:])
    if tilde in answers:
        return read | {"kind": "multichoice"} | _gift_choice(answers)
    first, *answers = answers.split(equals)
    assert first == ""
    if any("->" in answer for answer in answers):
        return read | {"kind": "matching"} | _gift_pairs(answers, after, read)
    return read | {"kind": "shortanswer"} | _gift_words(answers)


def _weighted(answer: str) -> tuple[float | None, str]:
    """The weight of an answer by Moodle's own pattern, and the rest of it."""
    weight = re.match(r"%(-*[0-9]{1,2}\.?[0-9]*)%", answer)
    return (float(weight[1]), answer[weight.end() :]) if weight else (None, answer)


def _gift_number(answers: str) -> dict:
    tilde, equals, hash_, _, _, colon = (_CONTROL[sign] for sign in "~=#{}:")
    known, _, otherwise = answers.partition(tilde)
    first, *known = known.split(equals)
    assert first.strip(TRIM) == "" and otherwise.startswith(hash_)
    read = []
    for answer in known:
        share, rest = _weighted(answer.strip(TRIM))
        number, why = rest.split(hash_)
        value, near = number.split(colon)
        read.append((share, a_number(value), a_number(near), shown(_formatted(why))))
    return {"answers": [*read, (0.0, "*", 0.0, shown(_formatted(otherwise[1:])))], "units": []}


def _gift_words(answers: list[str]) -> dict:
    read = set()
    for answer in answers:
        share, rest = _weighted(answer.strip(TRIM))
        text, why = rest.split(_CONTROL["#"])
        assert text == "*" or text.startswith("[plain]")
        read.add((share, as_typed(text.removeprefix("[plain]")), shown(_formatted(why))))
    return {"spelled": read}


def _gift_pairs(answers: list[str], after: str, read: dict) -> dict:
    pairs = []
    for answer in answers:
        stem, choice = answer.strip(TRIM).split("->")
        assert len(choice.strip(TRIM)) <= 255
        pairs.append((shown(_formatted(stem)) if stem.strip(TRIM) else "", plain_menu(choice.strip(TRIM))))
    return {"pairs": with_letters(pairs, read["lettered"]), "right_feedback": shown(_P.match(after)[1])}


def _gift_choice(answers: str) -> dict:
    tilde, equals, hash_ = (_CONTROL[sign] for sign in "~=#")
    first, *options = answers.replace(equals, tilde + equals).split(tilde)
    assert first.strip(TRIM) == ""
    read = {"single": "true" if equals in answers else "false", "shares": [], "options": [], "feedback": []}
    for answer in options:
        answer = answer.strip(TRIM)
        share, rest = (100.0, answer[1:]) if answer.startswith(equals) else _weighted(answer)
        option, why = rest.split(hash_)
        read["shares"].append(share or 0.0)
        read["options"].append(shown(_formatted(option)))
        read["feedback"].append(shown(_formatted(why)))
    return read


_QTI = {"q": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"}


def read_qti(content: bytes) -> list[dict]:
    """The items of the assessment; every XML file of the package has to be well-formed."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        trees = {name: ET.fromstring(package.read(name)) for name in package.namelist() if name.endswith(".xml")}
    assert len(trees) == 3 and "imsmanifest.xml" in trees
    (assessment,) = [tree for tree in trees.values() if tree.tag.endswith("}questestinterop")]
    assert qti_grammar.faults(assessment) == []
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
    read |= question_texts(question) | texts_after(feedback["general_fb"])
    read["sources"] = shown(feedback["general_fb"]).rpartition("Look it up: ")[2]
    return read | _QTI_ANSWERS[read["kind"]](item, feedback)


def _scored(item: ET.Element) -> ET.Element:
    """The condition that gives the points."""
    (scored,) = [one for one in item.iterfind(".//q:respcondition", _QTI) if one.find("q:setvar", _QTI) is not None]
    assert scored.findtext("q:setvar", namespaces=_QTI) == "100"
    return scored


def _qti_choice(item: ET.Element, feedback: dict) -> dict:
    choices = {
        label.get("ident"): label.findtext(".//q:mattext", namespaces=_QTI)
        for label in item.iterfind(".//q:render_choice/q:response_label", _QTI)
    }
    right = {
        one.text
        for path in ("q:conditionvar/q:varequal", "q:conditionvar/q:and/q:varequal")
        for one in _scored(item).iterfind(path, _QTI)
    }
    return {
        "right": [place for place, ident in enumerate(choices) if ident in right],
        "options": [shown(text) for text in choices.values()],
        "feedback": [shown(feedback[f"{ident}_fb"]) for ident in choices],
    }


def _qti_verdicts(feedback: dict) -> dict:
    """What is said to a right answer, to any wrong one, and to the known wrong ones."""
    wrong = feedback.get("general_incorrect_fb", "")
    known = [re.fullmatch(r"<i>(.*?)</i>: (.*)", entry, re.DOTALL) for entry in _LI.findall(wrong)]
    return {
        "right_feedback": shown(feedback["correct_fb"]) if "correct_fb" in feedback else None,
        "otherwise": shown(_P.match(wrong)[1]) if wrong else "",
        "known": [(shown(one[1]), shown(one[2])) for one in known],
    }


def _qti_number(item: ET.Element, feedback: dict) -> dict:
    scored = _scored(item)
    bounds = (float(scored.findtext(f".//q:{name}", namespaces=_QTI)) for name in ("vargte", "varlte"))
    return {"bounds": tuple(bounds)} | _qti_verdicts(feedback)


def _qti_words(item: ET.Element, feedback: dict) -> dict:
    accepted = [one.text for one in _scored(item).iterfind("q:conditionvar/q:varequal", _QTI)]
    return {"accepted": accepted} | _qti_verdicts(feedback)


_QTI_ANSWERS = {
    "multiple_choice_question": _qti_choice,
    "multiple_answers_question": _qti_choice,
    "numerical_question": _qti_number,
    "short_answer_question": _qti_words,
    "essay_question": lambda item, feedback: {},
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
    item_id, prompt, how, body, hints, reasons, sources = fields = flds.split("\x1f")
    entries = _LI.findall(reasons)
    lines = [_REASON.fullmatch(entry) or _PART.fullmatch(entry) for entry in entries]
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
        "body": shown(body),
        "listed": [shown(entry) for entry in _LI.findall(body)],
        "table": rows(body),
        "labels": [shown(line[2]) if line.re is _REASON else f"{shown(line[1])}: {shown(line[2])}" for line in lines],
        "right": [place for place, line in enumerate(lines) if line.re is _REASON and line[1] == "Right"],
        "feedback": [shown(line[3]) for line in lines],
        "data": rows(reasons),
        "hints": [shown(hint) for hint in _LI.findall(hints)],
    }
