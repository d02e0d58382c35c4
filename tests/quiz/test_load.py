"""Quiz files: every fault leads to a message with file, line and remedy, and to nothing else."""

import copy

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_quiz import GOOD, ITEMS

from unionstate.errors import CourseError, CourseErrors
from unionstate.paths import chapters_path
from unionstate.quiz.items import Quiz
from unionstate.quiz.load import load_all, load_chapter_quiz, load_quiz

on_one_file = settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def quiz_file(tmp_path_factory):
    return tmp_path_factory.mktemp("quiz") / "small-quiz.yml"


def faults(file, content: str | bytes) -> list[CourseError]:
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CourseErrors) as caught:
        load_quiz(file)
    return caught.value.errors


def test_a_good_file_gives_its_items(quiz_file):
    quiz_file.write_text(GOOD)
    assert load_quiz(quiz_file).items == list(ITEMS.values())
    assert [item.id for item in ITEMS.values()] == ["first-item", "second-item", "third-item"]


@pytest.mark.parametrize("number, reference", [("3", "3"), ("3.2", "3.2"), ("0", "0")])
def test_a_source_may_be_written_as_a_number(quiz_file, number, reference):
    quiz_file.write_text(GOOD.replace('["3.2"]', f"[{number}]"))
    assert load_quiz(quiz_file).items[0].source == [reference]


@pytest.mark.parametrize("form", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text])
def test_line_ends_and_a_byte_order_mark_do_not_matter(quiz_file, form):
    quiz_file.write_bytes(form(GOOD).encode())
    assert len(load_quiz(quiz_file).items) == 3


# what is replaced in the good file, by what, words that mark the line named, the fault said, the remedy
# fmt: off
FAULTS = {
    "unknown key of an item": (
        "prompt: Which one?", "promt: Which one?", "promt",
        "Unknown key 'promt'", "Did you mean 'prompt'?",
    ),
    "unknown key of an option": (
        "misconception: two", "misconcepton: two", "misconcepton",
        "Unknown key", "mean 'misconception'?",
    ),
    "unknown key unlike any other": (
        "misconception: two", "zzz: two", "zzz",
        "Unknown key 'zzz'", "text, feedback, correct",
    ),
    "unknown key at the top": (
        "items:\n", "xyz: x\nitems:\n", "xyz",
        "Unknown key 'xyz'", "Known keys here: items.",
    ),
    "no right answer": (
        "        correct: true\n        feedback: Yes.", "        feedback: Yes.", "first-item",
        "exactly one option", "Mark the right option",
    ),
    "two right answers": (
        "        misconception: two-is-one", "        correct: true", "first-item",
        "this one has 2", "Mark the right option",
    ),
    "everything right": (
        "      - text: Third\n", "      - text: Third\n        correct: true\n", "second-item",
        "3 right of 3", "Mark the right option",
    ),
    "a right answer where nothing is marked": (
        "        feedback: Kept.", "        correct: true\n        feedback: Kept.", "third-item",
        "a commit item has no right option", "remove 'correct'",
    ),
    "duplicate id": (
        "id: second-item", "id: first-item", "id: first-item\n    type: multiple",
        "already used in line 2", "choose another",
    ),
    "tab as indentation": (
        "    prompt: Which one?", "\tprompt: Which one?", "\tprompt",
        "There is a tab here", "Replace the tab by spaces",
    ),
    "tab after spaces": (
        "        feedback: Not so.", "  \tfeedback: Not so.", "\tfeedback",
        "There is a tab here", "Replace the tab by spaces",
    ),
    "missing key": (
        "    prompt: Which one?\n", "", "first-item",
        "The key 'prompt' is missing", "Add the key 'prompt'",
    ),
    "missing feedback": (
        "        feedback: Not so.\n", "", "text: Two",
        "The key 'feedback' is missing", "Add the key",
    ),
    "missing type": (
        "    type: multiple\n", "", "second-item",
        "The key 'type' is missing", "single, multiple, commit",
    ),
    "unknown type": (
        "type: multiple", "type: multipel", "multipel",
        "no item type 'multipel'", "Did you mean 'multiple'?",
    ),
    "number for a text": ("prompt: Which one?", "prompt: 3", "prompt: 3", "'prompt'", "Put the text in quotes"),
    "yes without quotes": ("text: Agree", "text: Yes", "text: Yes", "'text'", "Put the text in quotes"),
    "text for a list": ('source: ["3.2"]', "source: '3.2'", "source: '3.2'", "'source'", "Write a list"),
    "text for true": (
        "correct: true\n        feedback: Yes.", "correct: 'true'\n        feedback: Yes.", "correct: 'true'",
        "'correct'", "true or false",
    ),
    "text for an item": (
        "  - id: first-item", "  - only words\n  - id: first-item", "only words",
        "Only a value", "keys with values",
    ),
    "text for an option": (
        "      - text: One", "      - only words\n      - text: One", "only words",
        "Only a value", "keys with values",
    ),
    "unknown part": ("part: section", "part: secton", "secton", "'part'", "'before', 'section' or 'closing'"),
    "difficulty out of range": ("difficulty: 3", "difficulty: 4", "difficulty: 4", "'difficulty'", "1, 2 or 3"),
    "id in capitals": ("id: first-item", "id: First", "First\n", "'id' is 'First'", "lower-case letters"),
    "empty feedback": (
        "feedback: Not so.", "feedback: ' '", "feedback: ' '",
        "'feedback'", "Write a text for 'feedback'",
    ),
    "one option only": (
        "      - text: Agree\n        feedback: Kept.\n", "", "options:\n      - text: Disagree",
        "'options'", "Add entries",
    ),
    "two options that say the same": (
        "text: Two", "text: '*one*.'", "first-item",
        "options 1 and 2 say the same", "Change one",
    ),
    "duplicate key": (
        "    prompt: Which one?\n", "    prompt: Which one?\n    prompt: Again?\n", "prompt: Again",
        "'prompt' stands twice", "Keep one",
    ),
    "alias of a list": ('["3.2"]\n', '&here ["3.2"]\n    hints: *here\n', "*here", "An alias", "Write the part out"),
    "alias of a text": (
        "text: One", "text: &one One\n        misconception: *one", "*one",
        "An alias", "Write the part out",
    ),
    "alias of nothing": ("prompt: Which one?", "prompt: *one", "*one", "undefined alias", "in quotes"),
    "NUL": ("Which one?", "Which\0one?", "\0", "no text may hold", "Delete it"),
    "control character": ("Which of these?", "Which\x07of these?", "\x07", "no text may hold", "Delete it"),
    "unknown claim": ('"C01"', '"C99"', "C99", "'C99' of item 'second-item' leads nowhere", "Did you mean"),
    "unknown citation": (
        "udf2016article", "udf2016articel", "articel",
        "leads nowhere", "Did you mean 'udf2016article'?",
    ),
    "unknown sentence": ('"3.2"', '"3.9"', "3.9", "leads nowhere", "a sentence (3.2)"),
    "unknown source in a list of lines": (
        '["0"]', '\n      - "0"\n      - "8"', '- "8"',
        "leads nowhere", "a paragraph (3)",
    ),
    "source that is no reference": ('"C01"', '"C 01"', "C 01", "is 'C 01'", "a claim (C01)"),
    "colon in a text": ("feedback: Yes.", "feedback: So: yes.", "So: yes", "Not YAML", "in quotes"),
    "text after a quotation": ("feedback: Yes.", 'feedback: "Yes" it is.', "it is", "Not YAML", "in quotes"),
    "impossible day": ("prompt: Which one?", "prompt: 2016-13-45", "2016-13-45", "cannot be read", "in quotes"),
    "tag of a program": (
        "prompt: Which one?", "prompt: !!python/name:os.system", "os.system",
        "cannot be read", "in quotes",
    ),
    "list with a tag": ('["3.2"]', '!!python/tuple ["3.2"]', "tuple", "cannot be read", "in quotes"),
    "number as a key": ("    prompt: Which one?", "    1: Which one?", "    1:", "no plain word", "key: value"),
    "list as a key": ("    prompt: Which one?", "    [a]: Which one?", "[a]", "no plain word", "key: value"),
    "second document": (
        "  - id: third-item", "---\n  - id: third-item", "---",
        "another document", "Check the indentation",
    ),
}
# fmt: on


@pytest.mark.parametrize("old, new, mark, said, remedy", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_line_and_remedy(quiz_file, old, new, mark, said, remedy):
    assert GOOD.count(old) == 1
    broken = GOOD.replace(old, new)
    line = broken[: broken.index(mark)].count("\n") + 1
    messages = [str(fault) for fault in faults(quiz_file, broken)]
    told = [message for message in messages if message.startswith(f"{quiz_file}:{line}: ") and said in message]
    assert told and remedy in told[0], messages


@pytest.mark.parametrize(
    "content, line, said, remedy",
    [
        ("", 1, "no items", "Start it with 'items:'"),
        ("# only a remark\n", 1, "no items", "Start it with 'items:'"),
        ("- a\n- b\n", 1, "no items", "Start it with 'items:'"),
        ("\nonly words\n", 2, "no items", "Start it with 'items:'"),
        ("items: []\n", 1, "'items'", "Add entries"),
        ("items:\n", 1, "'items'", "Write a list"),
        ("items: {a: b}\n", 1, "'items'", "Write a list"),
        ("items: " + "[" * 5000 + "]" * 5000, 1, "too deeply", "Take some out"),
        (GOOD.replace("these?", "th\xe9se?").encode("latin-1"), 21, "Not UTF-8 text: the byte 0xe9", "as UTF-8"),
        (GOOD.encode("utf-16"), 1, "Not UTF-8", "as UTF-8"),
    ],
)
def test_a_file_without_readable_items_is_told_with_line_and_remedy(quiz_file, content, line, said, remedy):
    (fault,) = faults(quiz_file, content)
    assert str(fault).startswith(f"{quiz_file}:{line}: ") and said in str(fault) and remedy in str(fault)


@pytest.mark.parametrize(
    "value",
    [
        "!!int ''", "!!int '-'", "!!int x", "!!float ''", "!!bool maybe", "!!timestamp x", "!!map x", "!!seq {a: b}",
        "!!map [a]", "!!set x", "!!python/object:os.system", '"\\UFFFFFFFF"', '"\\U00110000"', '"\\ud800"',
    ],
)  # fmt: skip
def test_a_value_that_is_not_what_its_tag_or_number_says_is_told(quiz_file, value):
    broken = GOOD.replace("prompt: Which one?", f"prompt: {value}")
    (fault,) = faults(quiz_file, broken)
    assert fault.line == broken[: broken.index(value)].count("\n") + 1 and fault.remedy, fault
    told = faults(quiz_file, GOOD.replace("    type: single", f"    ? {value}\n    : x\n    type: single"))
    assert all(2 <= fault.line <= 3 and fault.remedy for fault in told), told


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CourseError, match="nowhere.yml: The quiz cannot be read"):
        load_quiz(tmp_path / "nowhere.yml")


def test_all_faults_are_told_at_once_in_the_order_of_the_file(quiz_file):
    broken = GOOD.replace("feedback: Yes", "fedback: Yes").replace("LO2", "LO20").replace("prompt: What", "x: What")
    lines = [fault.line for fault in faults(quiz_file, broken)]
    assert lines == sorted(lines) and len(lines) == 5


TEXTS = st.text(alphabet="\t\n :-#'\"{}[]*&!|>%@,?~\0\ufeffabcé0123.", max_size=8) | st.text(max_size=4)


@given(st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), TEXTS), min_size=1, max_size=3))
@on_one_file
def test_a_file_changed_anywhere_loads_or_gives_course_errors(quiz_file, edits):
    text = GOOD
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    loads_or_gives_course_errors(quiz_file, text.encode("utf-8", "surrogatepass"))


@given(st.integers(0, len(GOOD)), st.binary(max_size=6))
@on_one_file
def test_any_bytes_load_or_give_course_errors(quiz_file, start, new):
    raw = GOOD.encode()
    loads_or_gives_course_errors(quiz_file, raw[:start] + new + raw[start:])


scalars = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.dates() | st.binary(max_size=4)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.integers(), inner, max_size=3)
)


@given(st.data())
@on_one_file
def test_any_value_in_any_place_loads_or_gives_course_errors(quiz_file, data):
    content = copy.deepcopy(yaml.safe_load(GOOD))
    holder = content
    while True:
        key = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
        if not isinstance(holder[key], dict | list) or not holder[key] or data.draw(st.booleans()):
            break
        holder = holder[key]
    holder[key] = data.draw(values)
    loads_or_gives_course_errors(quiz_file, yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode())


def loads_or_gives_course_errors(file, raw: bytes) -> None:
    file.write_bytes(raw)
    try:
        assert isinstance(load_quiz(file), Quiz)
    except CourseErrors as problem:
        lines = raw.decode("utf-8", "replace").count("\n") + raw.count(b"\r") + raw.count("\x85".encode()) + 1
        for fault in problem.errors:
            assert fault.file == file and fault.message and 1 <= fault.line <= lines + 1


def test_every_quiz_of_the_book_is_named_after_a_chapter():
    assert load_all()
    assert all((chapters_path() / f"{name}.md").is_file() for name in load_all())


def test_an_unknown_chapter_leads_to_the_nearest():
    with pytest.raises(CourseError, match="Did you mean when-was-this-written?"):
        load_chapter_quiz("when-was-this-writen")


def test_an_id_used_in_two_files_is_told_with_both(tmp_path, monkeypatch):
    folder = tmp_path / "quizzes"
    folder.mkdir()
    (folder / "a.yml").write_text(GOOD)
    (folder / "b.yml").write_text(GOOD.replace("first-item", "other-item").replace("third-item", "'last'"))
    monkeypatch.setattr("unionstate.quiz.load.chapters_path", lambda: tmp_path)
    monkeypatch.setattr("unionstate.quiz.load.quiz_path", lambda chapter: folder / f"{chapter}.yml")
    with pytest.raises(CourseErrors) as caught:
        load_all()
    (told,) = map(str, caught.value.errors)
    assert told.startswith(f"{folder / 'b.yml'}:15: The item id 'second-item' is used in a.yml too.")
