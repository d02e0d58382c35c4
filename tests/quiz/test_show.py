"""The widget of a notebook: what the browser records becomes answers, attempts and scores, a table and a file."""

import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
import traitlets
from answering import give, right_answer, submit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept import BY_ID, kept, wrong_answer
from playwright.sync_api import Page, expect
from small_quiz import EVERY_TYPE, ITEMS, QUIZ

from unionstate.errors import CourseError
from unionstate.quiz import quiz
from unionstate.quiz.judge import score
from unionstate.quiz.load import load_all
from unionstate.quiz.render import STATIC, inline_text
from unionstate.quiz.show import QuizWidget

SINGLE, MULTIPLE, COMMIT = (ITEMS[name] for name in ("single", "multiple", "commit"))


@pytest.fixture
def widget() -> QuizWidget:
    return QuizWidget(QUIZ.items)


@pytest.fixture
def every_type() -> QuizWidget:
    return QuizWidget(EVERY_TYPE.items, chapter="every-type")


def test_checked_answers_become_traits(widget):
    widget.records = {
        SINGLE.id: kept(SINGLE, [0]),
        MULTIPLE.id: kept(MULTIPLE, [2, 0], attempts=3),
        COMMIT.id: kept(COMMIT, [1]),
    }
    assert widget.answers == {SINGLE.id: [0], MULTIPLE.id: [0, 2], COMMIT.id: [1]}
    assert widget.attempts == {SINGLE.id: 1, MULTIPLE.id: 3, COMMIT.id: 1}
    assert widget.score == {SINGLE.id: 1.0, MULTIPLE.id: 0.0}


def test_a_later_answer_replaces_the_earlier(widget):
    widget.records = {SINGLE.id: kept(SINGLE, [1])}
    assert widget.score == {SINGLE.id: 0.0}
    widget.records = {SINGLE.id: kept(SINGLE, [0], attempts=2)}
    assert (widget.answers, widget.attempts, widget.score) == ({SINGLE.id: [0]}, {SINGLE.id: 2}, {SINGLE.id: 1.0})


@pytest.mark.parametrize("item", EVERY_TYPE.items, ids=lambda item: item.type)
def test_every_type_is_judged_in_python_whatever_score_the_browser_claims(every_type, item):
    for given_answer in [right_answer(item)] + ([wrong_answer(item)] if item.marked else []):
        every_type.records = {item.id: kept(item, given_answer, score=1)}
        assert every_type.answers == {item.id: given_answer}
        assert every_type.score.get(item.id) == score(item, given_answer)


def test_learners_read_the_traits_and_cannot_set_them(widget):
    for name in ("answers", "attempts", "score", "html"):
        with pytest.raises(traitlets.TraitError):
            setattr(widget, name, {})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers(-2, 5) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)
odd_records = st.sampled_from(EVERY_TYPE.items).flatmap(
    lambda item: st.tuples(
        st.just(item.id),
        st.fixed_dictionaries(
            {"version": st.just(item.version), "checked": st.just(True), "attempts": st.just(1)},
            optional=dict.fromkeys(("answer", "at", "said", "score"), json_values),
        )
        | st.fixed_dictionaries({}, optional=dict.fromkeys(kept(item, 0), json_values))
        | json_values,
    )
)


@given(odd_records)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=400)
def test_a_record_that_fits_no_answer_is_left_aside(every_type, odd):
    item_id, record = odd
    beside = BY_ID["t-multiple" if item_id != "t-multiple" else "t-single"]
    every_type.records = {item_id: record, "nobody": kept(beside, [0]), beside.id: kept(beside, right_answer(beside))}
    assert every_type.score[beside.id] == 1.0 and "nobody" not in every_type.answers
    assert (
        every_type.answers.keys() == every_type.attempts.keys() == {beside.id} | (every_type.answers.keys() & {item_id})
    )
    for answered, given_answer in every_type.answers.items():
        assert every_type.score.get(answered) == score(BY_ID[answered], given_answer)
    assert len(every_type.to_frame()) == len(EVERY_TYPE.items)


@pytest.mark.parametrize(
    "odd",
    [
        kept(SINGLE, [7]),
        kept(SINGLE, [-1]),
        kept(SINGLE, [0, 1]),
        kept(SINGLE, [True]),
        kept(SINGLE, "0"),
        kept(SINGLE, []),
        kept(SINGLE, [0], version="00000000"),
        kept(SINGLE, [0], checked=False),
        kept(SINGLE, [0], checked=1),
        *(kept(SINGLE, [0], attempts=attempts) for attempts in (None, 0, True, 1.5, "1", 10**9)),
        {"checked": True},
        "x",
        None,
    ],
)
def test_a_known_kind_of_bad_record_gives_no_answer(widget, odd):
    widget.records = {SINGLE.id: odd}
    assert (widget.answers, widget.attempts, widget.score) == ({}, {}, {})


def test_a_text_longer_than_anyone_types_is_left_aside(every_type):
    item = BY_ID["t-short-text"]
    every_type.records = {item.id: kept(item, "a" * 1_000_000)}
    assert every_type.answers == {}


def test_a_quiz_is_shown_by_chapter_items_or_part():
    name, book = next(iter(load_all().items()))
    first, second = book.items[:2]
    assert all(f'id="quiz-{item.id}"' in quiz(name).html for item in book.items)
    shown = quiz(name, second.id).html
    assert f'id="quiz-{second.id}"' in shown and f'id="quiz-{first.id}"' not in shown
    assert quiz(name, part="closing").html.count('id="quiz-') == len(book.part("closing"))
    assert "quiz-reasons" in shown and "quiz-reasons" not in quiz(name, second.id, reveal=False).html


@pytest.mark.parametrize(
    "arguments, part, said",
    [
        (["when-was-this-writen"], None, "Did you mean when-was-this-written?"),
        (["when-was-this-written", "no-such-item"], None, "no item 'no-such-item'"),
        (["when-was-this-written"], "middle", "before, section, closing"),
        (["when-was-this-written", "stamp-twin"], "closing", "not both"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(arguments, part, said):
    with pytest.raises(CourseError) as caught:
        quiz(*arguments, part=part)
    assert said in str(caught.value)


class TestTable:
    def test_it_has_a_row_for_every_item_with_empty_cells_where_nothing_is_answered(self, every_type):
        empty = every_type.to_frame()
        every_type.records = {"t-single": kept(BY_ID["t-single"], [0], attempts=2)}
        frame = every_type.to_frame()
        assert list(frame.columns) == [
            "item", "type", "objective", "difficulty", "prompt", "answer", "score", "attempts", "answered_at",
        ]  # fmt: skip
        assert list(frame["item"]) == list(BY_ID)
        assert list(frame.dtypes) == list(empty.dtypes)
        assert empty[["answer", "score", "attempts", "answered_at"]].isna().all(axis=None)
        assert frame.iloc[0].to_dict() == {
            "item": "t-single", "type": "single", "objective": "LO1", "difficulty": 1, "prompt": "Which one?",
            "answer": "Alpha", "score": 0.0, "attempts": 2, "answered_at": pd.Timestamp("2026-09-21T14:13:20Z"),
        }  # fmt: skip
        assert frame["score"].mean() == 0.0 and frame["answer"].notna().sum() == 1

    @pytest.mark.parametrize("at", [None, "then", float("nan"), 1e300, -1, True, [], 10**400])
    def test_a_time_that_is_none_leaves_the_cell_empty(self, every_type, at):
        every_type.records = {"t-single": kept(BY_ID["t-single"], [0], at=at)}
        row = every_type.to_frame().iloc[0]
        assert row["answer"] == "Alpha" and pd.isna(row["answered_at"])

    @pytest.mark.parametrize(
        "item_id, answer, words",
        [
            ("t-multiple", [0, 2], "Delta; Zeta"),
            ("t-true-false", [1, 0], "False; because: It names nobody."),
            ("t-numeric", " 1 234,5  usd ", "1 234,5 usd"),
            ("t-order", [1, 0, 2, 3], "1. Second thing; 2. First thing; 3. Third thing; 4. Fourth thing"),
            ("t-match", [0, 0], f"EAEU: {BY_ID['t-match'].choices[0]}; CSTO: {BY_ID['t-match'].choices[0]}"),
            ("t-draw", [10, 20.0, 31.5, 25, 40_000], "2002: 31.5; 2003: 25; 2004: 40,000"),
            ("t-predict", "70", "70 %"),
            ("t-predict", "70%", "70%"),
        ],
    )
    def test_answers_are_told_in_words(self, every_type, item_id, answer, words):
        every_type.records = {item_id: kept(BY_ID[item_id], answer)}
        said = every_type.to_frame().set_index("item").loc[item_id, "answer"]
        assert said == words


class TestSaving:
    @pytest.fixture
    def answered(self, every_type) -> QuizWidget:
        every_type.records = {
            "t-single": kept(BY_ID["t-single"], [0]),
            "t-short-text": kept(BY_ID["t-short-text"], "Лукашэнка \ud800"),
        }
        return every_type

    def test_the_file_holds_what_was_answered_and_nothing_about_the_person(self, answered, tmp_path):
        path = answered.save(tmp_path / "results.json")
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content.keys() == {"format", "version", "quiz", "run", "saved", "items"}
        assert (content["format"], content["version"], content["quiz"]) == ("unionstate-results", 1, "every-type")
        assert [item["id"] for item in content["items"]] == list(BY_ID)
        assert content["items"][0] == {
            "id": "t-single", "version": BY_ID["t-single"].version, "answer": [0], "attempts": 1,
            "at": "2026-09-21T14:13:20Z",
        }  # fmt: skip
        assert content["items"][1]["answer"] is None
        assert list(tmp_path.iterdir()) == [path]

    def test_a_name_is_written_where_one_is_given(self, answered, tmp_path):
        assert json.loads(answered.save(tmp_path / "a", "  Анна \n B ").read_bytes())["name"] == "Анна B"
        assert (tmp_path / "a.json").is_file()

    @pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x00b", "\ud800", 7, ["Anna"]])
    def test_what_is_no_name_is_refused(self, answered, tmp_path, name):
        with pytest.raises(CourseError, match="A name is a text"):
            answered.save(tmp_path / "a.json", name)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", ["", " ", "a\x00b", "a\nb", "\u0439" * 300, "~nobody-of-this-name/a", "."])
    def test_what_is_no_name_of_a_file_is_refused(self, answered, tmp_path, monkeypatch, name):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(CourseError, match="no name of a file"):
            answered.save(name)
        assert not list(tmp_path.iterdir())

    def test_saving_again_replaces_the_own_file(self, answered, tmp_path):
        path = answered.save(tmp_path / "a.json")
        answered.records = {}
        assert answered.save(path) == path
        assert not any(item["answer"] for item in json.loads(path.read_bytes())["items"])

    @pytest.mark.parametrize("content", ["", "{}", '{"format": "unionstate-results"}', None])
    def test_a_file_of_someone_else_stays_as_it_is(self, answered, tmp_path, content):
        path = tmp_path / "a.json"
        if content is None:
            QuizWidget(QUIZ.items, chapter="other").save(path, "Boris")
        else:
            path.write_text(content)
        before = path.read_bytes()
        with pytest.raises(CourseError) as caught:
            answered.save(path)
        assert "this quiz did not write it. Choose another name" in str(caught.value)
        assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
        answered.save(path, overwrite=True)
        assert json.loads(path.read_bytes())["quiz"] == "every-type"

    def test_a_disk_that_knows_no_links_is_written_to_as_well(self, answered, tmp_path, monkeypatch):
        def refuse(*_: object):
            raise PermissionError("no links here")

        monkeypatch.setattr("os.link", refuse)
        assert json.loads(answered.save(tmp_path / "a.json").read_bytes())["quiz"] == "every-type"
        with pytest.raises(CourseError, match="There is such a file already"):
            QuizWidget(QUIZ.items, chapter="other").save(tmp_path / "a.json")
        assert [path.name for path in tmp_path.iterdir()] == ["a.json"]

    def test_of_two_who_save_at_once_under_one_name_one_is_told(self, tmp_path):
        widgets = [QuizWidget(QUIZ.items, chapter=f"quiz-{number}") for number in range(16)]

        def save(widget: QuizWidget) -> bool:
            try:
                return bool(widget.save(tmp_path / "a.json"))
            except CourseError:
                return False

        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(save, widgets)) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["a.json"]

    @pytest.mark.parametrize("place", [".", "", "file.txt/a.json"])
    def test_a_place_that_cannot_be_written_is_one_readable_line(self, answered, tmp_path, place):
        (tmp_path / "file.txt").touch()
        with pytest.raises(CourseError) as caught:
            answered.save(tmp_path / place)
        assert "\n" not in str(caught.value)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["file.txt"]


# a host such as JupyterLab's: one model, several views
HOST = """async ([source, css, state, views]) => {
  const listeners = {};
  window.model = {
    get: (name) => state[name],
    set(name, value) {
      const same = JSON.stringify(state[name]) === JSON.stringify(value);
      state[name] = value;
      if (!same) [...(listeners["change:" + name] ?? [])].forEach((listen) => listen());
    },
    save_changes() {},
    on: (event, listen) => (listeners[event] ??= []).push(listen),
    off: (event, listen) => (listeners[event] = listeners[event].filter((one) => one !== listen)),
    listening: () => (listeners["change:records"] ?? []).length,
  };
  document.head.append(Object.assign(document.createElement("style"), { textContent: css }));
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const { default: widget } = await import(address);
  window.close = [];
  for (let number = 0; number < views; number += 1) {
    const el = document.body.appendChild(document.createElement("section"));
    window.close.push(widget.render({ model, el }));
  }
}"""


@pytest.fixture
def show(page: Page) -> Callable[..., Page]:
    """Shows a widget in a browser, in one or several views of one model."""

    def start(shown: QuizWidget, views: int = 1) -> Page:
        page.goto("about:blank")
        texts = [(STATIC / name).read_text(encoding="utf-8") for name in ("quiz.js", "quiz.css")]
        page.evaluate(HOST, [*texts, {"html": shown.html, "records": shown.records}, views])
        return page

    return start


@pytest.mark.parametrize("reveal", [True, False])
def test_all_types_are_answered_in_a_browser_and_judged_in_python(show, reveal):
    shown = QuizWidget(EVERY_TYPE.items, reveal=reveal)
    page = show(shown)
    for pick in (wrong_answer, right_answer):
        for item in EVERY_TYPE.items:
            if pick is wrong_answer and (not item.marked or item.type == "predict"):
                continue
            block = page.locator(f"#quiz-{item.id}")
            submit(block, item, pick(item))
            said = block.locator(".quiz-feedback")
            if reveal:
                expect(said).to_contain_text("Not yet" if pick is wrong_answer else "")
            else:
                expect(said).to_have_text("Recorded.")
                assert block.get_attribute("data-state") is None and not block.locator("[data-mark]").count()
        shown.records = page.evaluate("model.get('records')")
        expected = {item.id: pick(item) for item in EVERY_TYPE.items if item.id in shown.answers}
        assert shown.answers == expected
        assert shown.score == {
            item_id: score(BY_ID[item_id], answer) for item_id, answer in expected.items() if BY_ID[item_id].marked
        }
    assert shown.answers.keys() == BY_ID.keys()
    assert all(worth == 1 for worth in shown.score.values())


def test_without_reveal_nothing_of_the_answers_reaches_the_browser(show):
    shown = QuizWidget(EVERY_TYPE.items, reveal=False)
    sent = json.dumps({**shown.get_state(), "_esm": "", "_css": ""}, ensure_ascii=False, default=str)
    for item in EVERY_TYPE.items:
        assert not [line.feedback for line in item.lines if inline_text(line.feedback) in sent]
        assert not [line.misconception for line in item.lines if line.misconception and line.misconception in sent]
        assert item.version not in sent, "it is made from the key: a guess could be tried"
    page = show(shown)
    places = page.locator("#quiz-t-order li").evaluate_all("(all) => all.map((one) => one.dataset.place)")
    assert places == ["0", "1", "2", "3"], "the numbers of the entries would tell their order"
    give(page.locator("#quiz-t-order"), BY_ID["t-order"], right_answer(BY_ID["t-order"]))
    assert "Recorded." not in page.locator("body").inner_text()


@pytest.mark.parametrize(
    "odd", [[None] * 4, [[], {}, "0", 1.0], [0, 1, 2, 99], [True, 0, 2, 3], [0, 0, 1, 2], "0123", [0]]
)
def test_without_reveal_too_an_order_that_is_none_is_left_aside(odd):
    shown = QuizWidget(EVERY_TYPE.items, reveal=False)
    version = re.search(r'id="quiz-t-order".*?data-version="(\w+)"', shown.html)[1]
    order = BY_ID["t-order"]
    shown.records = {order.id: kept(order, odd, version=version)}
    assert shown.answers == {}
    shown.records = {order.id: kept(order, [0, 1, 2, 3], version=version)}
    assert shown.answers == {order.id: order.shuffled(4)}
    shown.records = {order.id: kept(order, [0, 1, 2, 3])}
    assert shown.answers == {}


def test_two_views_of_one_quiz_stay_in_step(show):
    shown = QuizWidget(EVERY_TYPE.items)
    page = show(shown, views=2)
    first, second = (page.locator("section").nth(number) for number in (0, 1))
    for item in EVERY_TYPE.items:
        one, other = (view.locator(f"#quiz-{item.id}") for view in (first, second))
        submit(one, item, right_answer(item))
        expect(other.locator(".quiz-feedback")).to_have_text(one.locator(".quiz-feedback").inner_text())
        assert other.get_attribute("data-state") == one.get_attribute("data-state")
    # what is chosen in one view is chosen in both, and the other way round
    single = BY_ID["t-single"]
    give(second.locator("#quiz-t-single"), single, wrong_answer(single))
    for view in (first, second):
        expect(view.locator("#quiz-t-single input").nth(wrong_answer(single)[0])).to_be_checked()
    second.locator("#quiz-t-single .quiz-check").click()
    assert second.locator("#quiz-t-single .quiz-check").evaluate("(one) => one === document.activeElement")
    expect(first.locator("#quiz-t-single").locator(".quiz-feedback")).to_contain_text("Not yet.")
    # a view that is closed listens no more
    page.evaluate("window.close[0]()")
    assert page.evaluate("model.listening()") == 1


def test_a_quiz_shown_again_has_its_answers(show):
    shown = QuizWidget(EVERY_TYPE.items)
    shown.records = {item.id: kept(item, right_answer(item)) for item in EVERY_TYPE.items}
    page = show(shown)
    for item in EVERY_TYPE.items:
        expect(page.locator(f"#quiz-{item.id}").locator(".quiz-feedback")).not_to_be_empty()


def test_two_quizzes_with_the_same_items_are_two(show):
    page = show(QuizWidget([BY_ID["t-single"]]))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', model.get('html'))")
    page.locator("#quiz-t-single").first.locator("input").first.check()
    page.locator("#quiz-t-single").last.locator("input").last.check()
    expect(page.locator("#quiz-t-single").first.locator("input").first).to_be_checked()


def test_enter_in_a_field_answers_and_leaves_the_page_where_it_is(show):
    page = show(QuizWidget(EVERY_TYPE.items))
    block = page.locator("#quiz-t-numeric")
    block.locator("input").fill("1234.5")
    block.locator("input").press("Enter")
    expect(block.locator(".quiz-feedback")).to_contain_text("Right.")
    assert page.url == "about:blank" and page.evaluate("model.get('records')['t-numeric'].attempts") == 1
