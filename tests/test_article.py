"""The article: its bytes, its parts, its sentences, and what a damaged file leads to."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unionstate.article import SLIPS, Article, mark_slips, parse_article, read_article, split_sentences, the_article
from unionstate.errors import CourseError
from unionstate.paths import article_path

SHA256 = "9b86ec560b0656f61e997473a0c41ff9fcc4ef00fc0028db04a54ed2849766cd"
TEXT = article_path().read_text(encoding="utf-8")
BLOCKS = TEXT.strip().split("\n\n")
words = st.text(alphabet='aB.!? ”“’()"\n\t', max_size=60) | st.text(max_size=60)


def test_the_file_is_the_one_that_was_received():
    assert hashlib.sha256(article_path().read_bytes()).hexdigest() == SHA256


def test_the_parts_are_those_of_the_file():
    article = the_article()
    assert [article.stamp, article.title, article.rubric, *(one.text for one in article.paragraphs)] == BLOCKS
    assert [one.number for one in article.paragraphs] == [1, 2, 3, 4, 5, 6, 7]


def test_the_sentences_of_a_paragraph_join_to_it():
    for paragraph in the_article().paragraphs:
        assert " ".join(sentence.text for sentence in paragraph.sentences) == paragraph.text
        assert [one.id for one in paragraph.sentences] == [
            f"{paragraph.number}.{place}" for place in range(1, len(paragraph.sentences) + 1)
        ]


@given(words)
def test_splitting_any_text_loses_nothing(text):
    tidy = " ".join(text.split())
    assert " ".join(split_sentences(tidy)) == tidy


@pytest.mark.parametrize(
    "text, expected",
    [
        ("One. Two! Three? Four.", ["One.", "Two!", "Three?", "Four."]),
        ("“One. “Two”, he said. Three.", ["“One.", "“Two”, he said.", "Three."]),
        ("“One.” Two.", ["“One.”", "Two."]),
        ("One (eg this). Two.", ["One (eg this).", "Two."]),
        ("One costs 2.5 dollars.", ["One costs 2.5 dollars."]),
        ("One (eg. two) is one.", ["One (eg. two) is one."]),
    ],
)
def test_a_sentence_ends_where_a_capital_follows(text, expected):
    assert split_sentences(text) == expected


def test_a_place_is_found_by_its_number():
    article = the_article()
    assert article.quote("0") == BLOCKS[:3]
    assert article.quote("2") == [BLOCKS[4]] == [article.paragraph(2).text]
    assert article.quote("2.1") == [BLOCKS[4].split(" Official")[0]]


@pytest.mark.parametrize("place", ["8", "9.9", "2.0", "x", "", "-1", "²", "1.1.1"])
def test_an_unknown_place_says_what_there_is(place):
    with pytest.raises(KeyError, match="the article"):
        the_article().quote(place)


def test_paragraph_0_is_no_paragraph():
    with pytest.raises(KeyError, match="¶1 to ¶7"):
        the_article().paragraph(0)


def test_the_frame_has_a_row_for_every_sentence():
    frame = the_article().to_frame()
    assert list(frame.columns) == ["sentence_id", "paragraph", "sentence", "text", "words"]
    assert frame["text"].tolist() == [sentence.text for sentence in the_article().sentences]
    assert frame["words"].sum() == len(" ".join(BLOCKS[3:]).split())


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(line_end):
    assert parse_article(TEXT.replace("\n", line_end)) == the_article()


def changed(place: int, block: str) -> str:
    return "\n\n".join([*BLOCKS[:place], block, *BLOCKS[place + 1 :]])


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "empty"),
        (b" \n\n ", "empty"),
        ("Ends with \xe9.".encode("latin-1"), "not UTF-8 text (byte 11)"),
        (TEXT.encode("utf-16"), "not UTF-8"),
        ("\n\n".join(BLOCKS[:-1]).encode(), "9 blocks"),
        ("\n\n".join([*BLOCKS, "More."]).encode(), "11 blocks"),
        (TEXT.replace("\n\n", "\n").encode(), "1 blocks"),
        (changed(0, "Updated on Monday").encode(), "no stamp: 'Updated on Monday'"),
        (changed(3, BLOCKS[3].replace(". ", ".\n")).encode(), "Block 4 runs over several lines"),
        (changed(9, "No end").encode(), "¶7 does not end like a sentence"),
    ],
)
def test_a_damaged_file_is_named_with_what_was_expected(tmp_path, content, said):
    file = tmp_path / "article.txt"
    file.write_bytes(content)
    with pytest.raises(CourseError) as caught:
        read_article(file)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(file))
    assert "7 paragraphs. Restore the file" in str(caught.value)


@pytest.mark.parametrize("name, said", [("nowhere.txt", "missing"), (".", "cannot be read")])
def test_a_missing_file_is_named_with_what_was_expected(tmp_path, name, said):
    with pytest.raises(CourseError, match=said) as caught:
        read_article(tmp_path / name)
    assert str(caught.value).startswith(str(tmp_path / name))
    assert "7 paragraphs. Restore the file" in str(caught.value)


@given(words | st.integers(0, len(TEXT)).flatmap(lambda cut: words.map(lambda new: TEXT[:cut] + new + TEXT[cut:])))
def test_any_text_is_an_article_or_a_course_error(text):
    try:
        assert isinstance(parse_article(text), Article)
    except CourseError as problem:
        assert str(problem).startswith("the article")


@given(st.lists(words | st.sampled_from(sorted(SLIPS)), max_size=5).map("".join))
def test_marking_slips_changes_no_word(text):
    pieces = mark_slips(text)
    assert "".join(piece for piece, _ in pieces) == text
    assert sum(bool(remark) for _, remark in pieces) == sum(text.count(slip) for slip in SLIPS)


def test_the_slips_stand_in_the_article_and_are_remarked_on():
    assert all(slip in TEXT for slip in SLIPS)
    assert mark_slips("has the closes integration ties.") == [
        ("has the closes", SLIPS["closes integration ties"]),
        (" integration ties.", ""),
    ]
