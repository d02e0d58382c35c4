"""Every file format is read back and compared with the items, for a plain quiz and for the hostile corpus."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qti_grammar import faults
from readers import read_anki, read_gift, read_moodle_xml, read_qti
from samples import ATTACK, HOSTILE, MORE, MORE_ATTACK, PLAIN, every_type_of, quiz_of, seen
from wanted import all_spellings, wanted

from unionstate.article import the_article
from unionstate.quiz.export import FORMATS, questions, wording, worksheet
from unionstate.quiz.export.clean import cleaned
from unionstate.quiz.export.numbers import canvas_number, decimal_text, letter
from unionstate.quiz.export.run import export_quiz
from unionstate.quiz.export.shares import shares
from unionstate.quiz.export.texts import book_html
from unionstate.quiz.items import Item, Multiple, Quiz
from unionstate.quiz.judge import score
from unionstate.quiz.load import load_all
from unionstate.quiz.render import inline_html

QUIZZES = {"plain": PLAIN, "hostile": ATTACK, "plain, other types": MORE, "hostile, other types": MORE_ATTACK}
# Moodle's question/engine/bank.php lists these and their negatives, 0 and 1
GRADES = [0, 1, .9, .8333333, .8, .75, .7, .6666667, .6, .5, .4, .3333333, .3, .25, .2, .1666667, .1428571, .125,
          .1111111, .1, .05]  # fmt: skip


def exported(name: str, quiz: Quiz) -> bytes:
    outcome, files = export_quiz(FORMATS[name], "a-chapter", quiz)
    assert outcome.written == len(quiz.items) and not outcome.left_out
    (content,) = files.values()
    return content


def carries_all(read: list[dict], quiz: Quiz, want: Callable[[Item], dict] = wanted) -> None:
    """Every text of every item stands at its place."""
    assert [question["id"] for question in read] == [item.id for item in quiz.items]
    for question, item in zip(read, quiz.items, strict=True):
        there = want(item)
        read_there = {key: question[key] for key in there}
        assert read_there == there or spaced(read_there) == spaced(there)


def spaced(value: Any) -> Any:
    """Texts without white space: where several stand in one line, it may differ between them."""
    if isinstance(value, str):
        return "".join(value.split())
    if isinstance(value, dict):
        return {key: spaced(one) for key, one in value.items()}
    return type(value)(map(spaced, value)) if isinstance(value, list | tuple | set) else value


def test_the_corpus_is_large_and_the_book_itself_shows_its_texts_as_typed() -> None:
    assert len(set(HOSTILE)) >= 60 and any(len(text) >= 1_000_000 for text in HOSTILE)
    assert {item.type for item in [*ATTACK.items, *MORE_ATTACK.items]} == set(MOODLE_KINDS)
    for item in ATTACK.items:
        if not set(item.prompt) & set("*`\\\r\0\x07\x1b\x1f\x0c\ufffe"):
            assert seen(cleaned(item)[0].prompt) == item.prompt


MOODLE_KINDS = {
    "single": "multichoice", "multiple": "multichoice", "commit": "essay", "true-false": "multichoice",
    "numeric": "numerical", "short-text": "shortanswer", "order": "matching", "match": "matching",
    "classify": "matching", "evidence": "multichoice", "estimate": "essay", "draw": "essay", "predict": "essay",
}  # fmt: skip


def is_read_by_moodle(question: dict, item: Item) -> None:
    """What Moodle XML and GIFT both say besides the texts."""
    assert question["idnumber"] == item.id
    assert question["tags"] == [item.objective, f"difficulty-{item.difficulty}", item.part]
    assert question["kind"] == MOODLE_KINDS[item.type]
    if question["kind"] == "multichoice":
        assert question["single"] == ("false" if item.type == "multiple" else "true")
        for share in question["shares"]:
            assert any(abs(abs(share) / 100 - grade) < 0.00001 for grade in GRADES), f"Moodle lists no grade {share}"


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_moodle_xml(quiz: Quiz) -> None:
    read = read_moodle_xml(exported("moodle-xml", quiz))
    carries_all(read, quiz)
    for question, item in zip(read, quiz.items, strict=True):
        is_read_by_moodle(question, item)
        assert question["mark"] == ("0" if question["kind"] == "essay" else "1")
        assert question.get("shuffle", "false") == "false"
        if item.type == "numeric":
            item, _ = cleaned(item)
            assert question["units"] == [unit for unit in (item.unit, *item.units) if len(unit) <= 50]
    if quiz is PLAIN:
        assert [read[place]["shares"] for place in (0, 1)] == [[100, 0, 0], [50, -100, 50]]


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_gift(quiz: Quiz) -> None:
    read = read_gift(exported("gift", quiz))
    carries_all(read, quiz)
    for question, item in zip(read, quiz.items, strict=True):
        is_read_by_moodle(question, item)
        if item.type in {"single", "multiple"}:
            assert question["shares"] == [float(share) for share in shares(item)]


def wanted_of_qti(item: Item) -> dict:
    """As other systems, but a number and a text have feedback on right and wrong alone, and pairs are letters."""
    there = wanted(item)
    there.pop("shares", None)
    if "answers" in there:
        (_, _, _, right), *known, (_, _, _, otherwise) = there.pop("answers")
        said = [(f"{value:g}", why) for _, value, _, why in known]
        return there | {"right_feedback": right, "otherwise": otherwise, "known": said}
    if "spelled" in there:
        item, _ = cleaned(item)
        del there["spelled"]
        said = [(seen(" / ".join(all_spellings(entry.accept))), seen(entry.feedback)) for entry in item.wrong]
        return there | {"accepted": all_spellings(item.accept), "right_feedback": seen(item.feedback),
                        "otherwise": seen(item.otherwise.feedback), "known": said}  # fmt: skip
    there.pop("pairs", None)
    return there


QTI_KINDS = {
    "single": "multiple_choice_question", "multiple": "multiple_answers_question", "commit": "essay_question",
    "true-false": "multiple_choice_question", "numeric": "numerical_question", "short-text": "short_answer_question",
    "order": "short_answer_question", "match": "short_answer_question", "classify": "short_answer_question",
    "evidence": "multiple_choice_question", "estimate": "essay_question", "draw": "essay_question",
    "predict": "essay_question",
}  # fmt: skip


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_qti(quiz: Quiz) -> None:
    read = read_qti(exported("qti", quiz))
    carries_all(read, quiz, wanted_of_qti)
    for question, item in zip(read, quiz.items, strict=True):
        assert question["kind"] == QTI_KINDS[item.type]
        assert question["mark"] == ("0" if question["kind"] == "essay_question" else "1")
        assert question["sources"] == "¶3.2, claim C01"
        if item.type in {"single", "multiple"}:
            assert question["right"] == sorted(item.right)
        elif "right" in question:
            assert [wanted(item)["shares"][place] for place in question["right"]] == [100]
        elif item.type in {"order", "match", "classify"}:
            assert by_letters(question, cleaned(item)[0]) == wanted(item)["pairs"]
        elif item.type == "numeric":
            assert question["bounds"] == (item.number - item.tolerance, item.number + item.tolerance)


def by_letters(question: dict, item: Item) -> set[tuple[str, str]]:
    """The pairs that the right letters of a fill-in question make; choices that are left over have no stem."""
    lettered, letters = question["lettered"], question["accepted"][0]
    assert question["accepted"] == [between.join(letters) for between in ("", " ", ", ", ",")]
    if item.type == "order":
        return {(lettered[sign], str(place)) for place, sign in enumerate(letters, start=1)}
    assert question["listed"] == [seen(stem) for stem in item.stems]
    there = {(stem, lettered[sign]) for stem, sign in zip(question["listed"], letters, strict=True)}
    return there | {("", choice) for sign, choice in lettered.items() if sign not in letters}


def test_the_grammar_of_qti_finds_faults() -> None:
    good = "<item ident='a'><presentation><material><mattext>x</mattext></material></presentation></item>"
    assert faults(ET.fromstring(good)) == []
    for old, new in [("ident='a'", ""), ("<mattext>", "<b/><mattext>"), ("item", "resprocessing"), ("mattext", "text"),
                     ("<presentation>", "<itemfeedback ident='b'><material><mattext/></material></itemfeedback>"
                      "<presentation>"), ("<material>", "<material>loose")]:  # fmt: skip
        assert faults(ET.fromstring(good.replace(old, new))), new


@pytest.mark.parametrize(
    ("value", "tolerance", "text"),
    [(1234.5, 0.5, "1234.5 +- 0.5"), (-3, 0, "-3 +- 0"), (1e15, 1, "1000000000000000 +- 1"),
     (0, 0, "[-0.0001, 0.0001]"), (1, 1, "[-0.0001, 2.0000]"), (0.00015, 0, "[0.0001, 0.0002]"),
     (0.3, 0.1, "0.3 +- 0.1"), (1 / 3, 0.01, "[0.3233, 0.3434]"), (-0.1, 0.1, "[-0.2000, 0.0001]")],
)  # fmt: skip
def test_a_number_for_canvas_always_lies_within_its_bounds(value: float, tolerance: float, text: str) -> None:
    assert canvas_number(value, tolerance) == text
    item = MORE.items[1].model_copy(update={"value": value, "tolerance": tolerance, "wrong": []})
    ((low, high),) = [question["bounds"] for question in read_qti(exported("qti", Quiz(items=[item])))]
    assert low <= value <= high and low <= value - tolerance + 1e-12 and high >= value + tolerance - 1e-12


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_decimal_number_is_the_same_number(value: float) -> None:
    text = decimal_text(value)
    assert float(text) == value and set(text) <= set("-.0123456789")


def test_places_have_letters_and_no_two_the_same() -> None:
    letters = [letter(place) for place in range(800)]
    assert letters[:3] == ["A", "B", "C"] and letters[25:28] == ["Z", "AA", "AB"] and len(set(letters)) == 800


def test_several_right_sentences_are_several_letters_in_qti() -> None:
    item = next(item for item in MORE.items if item.type == "evidence")
    wrong = {"6.1": {"feedback": "Not 6.1", "misconception": "slip"}}
    data = item.model_dump() | {"paragraphs": [6, 7], "answer": ["7.1", "7.2"]}
    rest = [one.id for one in the_article().sentences if one.paragraph == 6]
    data["wrong"] = {one: {**wrong["6.1"], "feedback": f"Not {one}"} for one in rest}
    quiz = Quiz.model_validate({"items": [data]})
    outcome, files = export_quiz(FORMATS["qti"], "a-chapter", quiz)
    (question,) = read_qti(files[".qti.zip"])
    letters = [letter(len(rest)), letter(len(rest) + 1)]
    assert question["accepted"] == letters and question["lettered"][letters[0]].startswith("¶7.1 ")
    assert len(question["listed"]) == 0 and any("fill in its letter" in what for what in outcome.converted)
    (question,) = read_moodle_xml(exported("moodle-xml", quiz))
    assert question["shares"] == [*(0.0 for _ in rest), 100.0, 100.0]


@pytest.mark.parametrize("item", MORE.items, ids=lambda item: item.id)
def test_moodle_scores_the_other_types_as_said(item: Item) -> None:
    (question,) = read_moodle_xml(exported("moodle-xml", Quiz(items=[item])))
    if item.type == "true-false":
        count = len(item.reasons)
        ways = [[verdict, reason] for verdict in (0, 1) for reason in range(count)]
        assert question["shares"] == [100 * score(item, way) for way in ways]
    elif item.type == "evidence":
        assert question["shares"] == [100 * score(item, [place]) for place in range(len(item.sentences))]
    elif item.type == "short-text":
        for share, text, _ in question["spelled"]:
            assert text == "*" or score(item, text) * 100 == share
    elif item.type == "numeric":
        for share, value, near, _ in question["answers"]:
            assert value == "*" or score(item, str(value + near)) * 100 == share
    else:
        assert question["kind"] in {"matching", "essay"}


def test_every_type_has_a_form_in_every_part_of_the_exports() -> None:
    types = {item.type for item in [*PLAIN.items, *MORE.items]}
    for forms in (wording._HOW, wording._BODIES, questions._QUESTIONS, worksheet._FORMS):
        assert set(forms) == types


def test_a_qti_item_keeps_its_ident_when_its_wording_changes() -> None:
    before, after = (read_qti(exported("qti", quiz_of(text))) for text in ("Old?", "New?"))
    assert [item["ident"] for item in before] == [item["ident"] for item in after]
    assert before[0]["prompt"] != after[0]["prompt"]


def wanted_of_anki(item: Item) -> dict:
    """A card carries the reason of every line behind, and what can be chosen in front."""
    there = wanted(item)
    item, _ = cleaned(item)
    listed = {
        "true-false": lambda: [seen(reason.text) for reason in item.reasons],
        "order": lambda: [seen(item.entries[place].text) for place in item.shuffled(len(item.entries))],
        "match": lambda: [seen(stem) for stem in item.stems],
        "classify": lambda: [seen(stem) for stem in item.stems],
    }.get(item.type, lambda: there.get("options", there.get("listed", [])))()
    labels = [f"{seen(line.label)}: {seen(line.answer)}" if line.answer else seen(line.label) for line in item.lines]
    return {
        "id": item.id, "prompt": there["prompt"], "hints": there["hints"], "listed": listed,
        "feedback": [seen(line.feedback) for line in item.lines],
        "right": [place for place, line in enumerate(item.lines) if line.right and not line.answer],
        "table": there.get("table", []), "data": there.get("data", []), "labels": labels,
    }  # fmt: skip


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
@pytest.mark.filterwarnings("error")  # genanki warns of HTML that looks broken
def test_anki(quiz: Quiz, tmp_path: Path) -> None:
    read = read_anki(exported("anki", quiz), tmp_path)
    carries_all(read, quiz, wanted_of_anki)
    assert len({note["guid"] for note in read}) == len(read)
    for note, item in zip(read, quiz.items, strict=True):
        assert {item.objective, f"difficulty-{item.difficulty}", item.part} <= set(note["tags"])
        assert {line.misconception for line in item.lines if line.misconception} <= set(note["tags"])
        assert ("Nothing is marked" in note["how"]) == (not item.marked)
        for choice in getattr(cleaned(item)[0], "choices", []):
            assert seen(choice) in note["body"]
        if item.type == "order":
            assert spaced(wanted(item)["ends"]) in spaced(note["body"])
        if item.type in {"numeric", "estimate"}:
            assert note["body"] == "".join(wanted(item)["below"][:1])


def test_an_anki_note_keeps_its_ids_so_that_a_new_import_updates_it(tmp_path: Path) -> None:
    first = read_anki(exported("anki", PLAIN), tmp_path)
    again = read_anki(exported("anki", PLAIN), tmp_path)
    data = PLAIN.model_dump()
    data["items"][0]["options"][1]["feedback"] = "Another feedback"
    changed = read_anki(exported("anki", Quiz.model_validate(data)), tmp_path)

    def ids(notes: list[dict]) -> list[tuple]:
        return [(note["guid"], note["model"], *json.loads(note["decks"])) for note in notes]

    assert ids(first) == ids(again) == ids(changed)
    assert first[0]["feedback"][1] == "plain feedback" and changed[0]["feedback"][1] == "Another feedback"
    assert [note["feedback"] for note in first[1:]] == [note["feedback"] for note in changed[1:]]


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_json_holds_everything_as_it_is(quiz: Quiz) -> None:
    content = exported("json", quiz)
    assert not set(content) & set(b"<>&")  # safe to paste into a <script> element
    read = json.loads(content)
    assert (read["format"], read["version"], read["chapter"]) == ("unionstate-quiz", 1, "a-chapter")
    assert Quiz.model_validate({"items": read["items"]}) == quiz
    assert read["wordings"] == {item.id: item.version for item in quiz.items}
    assert read["scoring"] == {item.type: item.scoring for item in quiz.items}
    for item in quiz.items:
        key = read["keys"][item.id]
        assert {name: key[name] for name in item.key} == json.loads(json.dumps(item.key))
        if item.type == "evidence":
            assert key["sentences"] == [list(sentence) for sentence in item.sentences]
        elif item.type == "draw":
            assert key["series"] == [list(point) for point in item.series]


@pytest.mark.parametrize("chapter", load_all())
def test_the_quizzes_of_the_book_go_through_every_format(chapter: str, tmp_path: Path) -> None:
    quiz = load_all()[chapter]
    for name, read, want in (
        ("moodle-xml", read_moodle_xml, wanted), ("gift", read_gift, wanted), ("qti", read_qti, wanted_of_qti)
    ):  # fmt: skip
        carries_all(read(exported(name, quiz)), quiz, want)
    carries_all(read_anki(exported("anki", quiz), tmp_path), quiz, wanted_of_anki)
    assert Quiz.model_validate({"items": json.loads(exported("json", quiz))["items"]}) == quiz


@pytest.mark.parametrize(
    ("right", "wrong"), [(right, wrong) for right in range(1, 9) for wrong in range(1, 10 - right)]
)
def test_moodle_scores_every_answer_as_we_do(right: int, wrong: int) -> None:
    options = [{"text": f"option {n}", "feedback": "-", "correct": n < right} for n in range(right + wrong)]
    item = Multiple.model_validate(
        {"id": "a", "type": "multiple", "part": "section", "objective": "LO1", "source": ["1"], "prompt": "?",
         "options": options}
    )  # fmt: skip
    worth = []
    for share in map(float, shares(item)):
        listed = [sign * grade for grade in GRADES for sign in (1, -1) if abs(share / 100 - sign * grade) < 0.00001]
        assert listed, f"Moodle lists no grade {share}"
        worth.append(listed[0])
    for answer in range(1, 2 ** len(options)):
        chosen = [place for place in range(len(options)) if answer >> place & 1]
        moodle = min(1.0, max(0.0, sum(worth[place] for place in chosen)))
        assert moodle == pytest.approx(score(item, chosen), abs=1e-6)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")))
def test_the_short_cut_for_texts_without_marks_is_the_books_html(text: str) -> None:
    assert book_html(text) == inline_html(text)


TEXTS = st.text(min_size=1, max_size=40) | st.text("~=#{}:\\n %-5[]html$&;\n<>*`", min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("name", "read", "want"),
    [("moodle-xml", read_moodle_xml, wanted), ("gift", read_gift, wanted), ("qti", read_qti, wanted_of_qti)],
)
@pytest.mark.parametrize("make", [quiz_of, every_type_of])
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(text=TEXTS.filter(lambda text: text.strip() and "option" not in text))
def test_any_text_passes(make: Callable, name: str, read: Callable, want: Callable, text: str) -> None:
    try:
        quiz = make(text)
    except ValueError:  # only signs that do not count, or white space that pydantic strips
        return
    carries_all(read(exported(name, quiz)), quiz, want)
