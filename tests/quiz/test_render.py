"""Items as HTML: complete without a script, and safe whatever the author writes."""

import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_quiz import EVERY_TYPE, ITEMS

from unionstate.quiz.items import Commit, Multiple, Option
from unionstate.quiz.load import load_all
from unionstate.quiz.render import inline_html, inline_text, render_items, render_recall

BLOCKS = {"div", "fieldset", "legend", "p", "label", "input", "details", "summary", "button", "ul", "li"}
TAGS = BLOCKS | {"span", "b", "i"}
MARKS = {"em", "strong", "code"}


class Read(HTMLParser):
    """Tags, attributes and text of a piece of HTML; fails where a tag is not closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags, self.attributes, self.text, self.open = [], [], "", []
        self.feed(str(html))
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes.append((tag, dict(attributes)))
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def having(self, name: str) -> list[dict]:
        return [attributes for _, attributes in self.attributes if name in attributes]


pieces = st.sampled_from(["<b>", "</p>", "&lt;", "&", "*", "**", "`", "\\", '"', "'", "<!--", "{{", "x", " "])
plain = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40)
wild = (plain | st.lists(pieces, min_size=1, max_size=12).map("".join)).filter(lambda text: text.strip())


@given(wild)
def test_a_text_becomes_marks_and_escaped_words_only(text):
    read = Read(inline_html(text))
    assert set(read.tags) <= MARKS
    assert not read.having("") and all(not attributes for _, attributes in read.attributes)
    assert read.text == inline_text(text)


@pytest.mark.parametrize(
    "text, html",
    [
        ("*may* and **must**", "<em>may</em> and <strong>must</strong>"),
        ("`a < b` & c", "<code>a &lt; b</code> &amp; c"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("&copy; [a](http://b) ![c](d) <http://e> # f", "&amp;copy; [a](http://b) ![c](d) &lt;http://e&gt; # f"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        (r"\*typed\*", "*typed*"),
    ],
)
def test_emphasis_and_code_are_marked_and_everything_else_is_as_typed(text, html):
    assert str(inline_html(text)) == html


def item_of(texts: list[str]) -> Multiple:
    options = [Option(text=f"{place}: {text}", feedback=text, correct=place == 0) for place, text in enumerate(texts)]
    return Multiple(
        id="an-item", type="multiple", part="section", objective="LO1", source=["3"], prompt=texts[0], options=options,
        hints=texts[:1],
    )  # fmt: skip


@given(st.lists(wild, min_size=2, max_size=4), wild, st.booleans())
@settings(deadline=None)
def test_any_text_in_any_place_of_an_item_stays_text(texts, label, page):
    item = item_of(texts)
    read = Read(render_items([item], label=label, page=page))
    assert set(read.tags) <= TAGS | MARKS
    assert read.attributes[0][1]["aria-label"] == label
    assert not [name for _, attributes in read.attributes for name in attributes if name.startswith("on")]
    for option in item.options:
        assert read.text.count(inline_text(option.text)) >= 2


@given(wild)
@settings(deadline=None)
def test_a_recall_leads_back_to_its_item(text):
    options = [Option(text=f"{place}: {text}", feedback=text) for place in range(2)]
    item = Commit(
        id="an-item", type="commit", part="before", objective="LO1", source=["3"], prompt=text, options=options
    )
    read = Read(render_recall(item, "other.html"))
    (line,) = read.having("data-recall")
    assert line["data-version"] == item.version
    assert [one["href"] for one in read.having("href")] == ["other.html#quiz-an-item"]
    assert set(read.tags) == {"p", "a"}


@pytest.mark.parametrize("quiz", [*load_all().values(), EVERY_TYPE], ids=[*load_all(), "every type"])
def test_without_a_script_every_answer_shows_why(quiz):
    read = Read(render_items(quiz.items, label="Quiz", page=True))
    assert "data-quiz-page" in read.attributes[0][1]
    assert [one["id"] for one in read.having("data-type")] == [f"quiz-{item.id}" for item in quiz.items]
    assert len({one["id"] for one in read.having("id")}) == len(read.having("id"))
    for item in quiz.items:
        assert inline_text(item.prompt) in read.text
        for line in item.lines:
            between = f": {inline_text(line.answer)}. " if line.answer else " "
            assert f"{inline_text(line.label)}{between}{inline_text(line.feedback)}" in read.text


@pytest.mark.parametrize("item", EVERY_TYPE.items, ids=lambda item: item.type)
def test_without_reveal_nothing_tells_the_answer(item):
    html = render_items([item], label="Quiz", page=False, reveal=False)
    read = Read(html)
    assert not [one for one in read.having("class") if one["class"] in ("quiz-reasons", "quiz-truth")]
    for line in item.lines:
        assert inline_text(line.feedback) not in read.text
    key = json.loads(read.having("data-key")[0]["data-key"])
    assert not set(key) & {"right", "value", "accept", "wrong", "outcome", "values", "tolerance", "shown"}


def test_a_widget_is_not_taken_for_a_page():
    assert "data-quiz-page" not in render_items([ITEMS["single"]], label="Quiz", page=False)
