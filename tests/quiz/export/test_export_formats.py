"""Every file format is read back and compared with the items, for a plain quiz and for the hostile corpus."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from readers import read_anki, read_gift, read_moodle_xml, read_qti
from samples import ATTACK, HOSTILE, PLAIN, expected, quiz_of, seen

from unionstate.quiz.export import FORMATS
from unionstate.quiz.export.run import export_quiz
from unionstate.quiz.export.shares import shares
from unionstate.quiz.export.texts import book_html, cleaned
from unionstate.quiz.items import Multiple, Quiz
from unionstate.quiz.judge import score
from unionstate.quiz.load import load_all
from unionstate.quiz.render import inline_html

QUIZZES = {"plain": PLAIN, "hostile": ATTACK}
# Moodle's question/engine/bank.php lists these and their negatives, 0 and 1
GRADES = [0, 1, .9, .8333333, .8, .75, .7, .6666667, .6, .5, .4, .3333333, .3, .25, .2, .1666667, .1428571, .125,
          .1111111, .1, .05]  # fmt: skip


def exported(name: str, quiz: Quiz) -> bytes:
    outcome, files = export_quiz(FORMATS[name], "a-chapter", quiz)
    assert outcome.written == len(quiz.items) and not outcome.left_out
    (content,) = files.values()
    return content


def carries_all(read: list[dict], quiz: Quiz) -> None:
    """Every text of every item stands at its place."""
    assert [question["id"] for question in read] == [item.id for item in quiz.items]
    for question, item in zip(read, quiz.items, strict=True):
        wanted = expected(item)
        assert {key: question[key] for key in wanted} == wanted


def test_the_corpus_is_large_and_the_book_itself_shows_its_texts_as_typed() -> None:
    assert len(set(HOSTILE)) >= 60 and any(len(text) >= 1_000_000 for text in HOSTILE)
    for item in ATTACK.items:
        if not set(item.prompt) & set("*`\\\r\0\x07\x1b\x1f\x0c\ufffe"):
            assert seen(cleaned(item)[0].prompt) == item.prompt


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_moodle_xml(quiz: Quiz) -> None:
    read = read_moodle_xml(exported("moodle-xml", quiz))
    carries_all(read, quiz)
    for question, item in zip(read, quiz.items, strict=True):
        assert question["idnumber"] == item.id
        assert question["tags"] == [item.objective, f"difficulty-{item.difficulty}", item.part]
        if item.type == "commit":
            assert (question["kind"], question["mark"]) == ("essay", "0")
        else:
            assert (question["kind"], question["mark"], question["shuffle"]) == ("multichoice", "1", "false")
            assert question["single"] == {"single": "true", "multiple": "false"}[item.type]
    assert [read[place]["shares"] for place in (0, 1)] == [[100, 0, 0], [50, -100, 50]]


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_gift(quiz: Quiz) -> None:
    read = read_gift(exported("gift", quiz))
    carries_all(read, quiz)
    for question, item in zip(read, quiz.items, strict=True):
        assert question["idnumber"] == item.id
        assert question["tags"] == [item.objective, f"difficulty-{item.difficulty}", item.part]
        assert question["kind"] == ("essay" if item.type == "commit" else "multichoice")
        if item.type != "commit":
            assert question["single"] == {"single": "true", "multiple": "false"}[item.type]
            assert question["shares"] == [float(share) for share in shares(item)]


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
def test_qti(quiz: Quiz) -> None:
    read = read_qti(exported("qti", quiz))
    carries_all(read, quiz)
    kinds = {"single": "multiple_choice_question", "multiple": "multiple_answers_question", "commit": "essay_question"}
    for question, item in zip(read, quiz.items, strict=True):
        assert question["kind"] == kinds[item.type]
        assert question["mark"] == ("0" if item.type == "commit" else "1")
        if item.type != "commit":
            assert question["right"] == sorted(item.right) and question["sources"] == "¶3.2, claim C01"


def test_a_qti_item_keeps_its_ident_when_its_wording_changes() -> None:
    before, after = (read_qti(exported("qti", quiz_of(text))) for text in ("Old?", "New?"))
    assert [item["ident"] for item in before] == [item["ident"] for item in after]
    assert before[0]["prompt"] != after[0]["prompt"]


@pytest.mark.parametrize("quiz", QUIZZES.values(), ids=QUIZZES)
@pytest.mark.filterwarnings("error")  # genanki warns of HTML that looks broken
def test_anki(quiz: Quiz, tmp_path: Path) -> None:
    read = read_anki(exported("anki", quiz), tmp_path)
    carries_all(read, quiz)
    assert len({note["guid"] for note in read}) == len(read)
    for note, item in zip(read, quiz.items, strict=True):
        assert note["right"] == sorted(item.right) and note["marked"] == (item.type != "commit")
        assert {item.objective, f"difficulty-{item.difficulty}", item.part} <= set(note["tags"])
        assert ("Nothing is marked" in note["how"]) == (item.type == "commit")


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


@pytest.mark.parametrize("chapter", load_all())
def test_the_quizzes_of_the_book_go_through_every_format(chapter: str, tmp_path: Path) -> None:
    quiz = load_all()[chapter]
    for name, read in (("moodle-xml", read_moodle_xml), ("gift", read_gift), ("qti", read_qti)):
        carries_all(read(exported(name, quiz)), quiz)
    carries_all(read_anki(exported("anki", quiz), tmp_path), quiz)
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


@pytest.mark.parametrize(("name", "read"), [("moodle-xml", read_moodle_xml), ("gift", read_gift), ("qti", read_qti)])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(text=TEXTS.filter(lambda text: text.strip() and "option" not in text))
def test_any_text_passes(name: str, read: Callable, text: str) -> None:
    try:
        quiz = quiz_of(text)
    except ValueError:  # only signs that do not count, or white space that pydantic strips
        return
    carries_all(read(exported(name, quiz)), quiz)
