"""Reads the article: stamp, title, rubric, paragraphs ¶1-¶7 and their sentences."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from unionstate.errors import CourseError
from unionstate.paths import article_path

PARAGRAPHS = 7
SHA256 = "9b86ec560b0656f61e997473a0c41ff9fcc4ef00fc0028db04a54ed2849766cd"
_STAMP = re.compile(r"Updated at (\d{2}):(\d{2}),(\d{2})-(\d{2})-(\d{4})")
_LAYOUT = (
    "Expected blocks separated by one empty line: a stamp such as 'Updated at 14:03,27-06-2022', a title, "
    f"a rubric, and {PARAGRAPHS} paragraphs. Restore the file from the repository."
)
# A sentence ends at . ! or ?, with any closing quote or bracket, where white space and a capital letter (after any
# opening quote) follow. "(eg most" and "he said" are therefore no new sentences.
_SENTENCE_END = re.compile(r"(?<=[.!?])([”’\")]*)\s+(?=[“‘\"(]*[A-Z])")


# The article's own slips stay; where it is shown they are marked. Words as printed -> remark.
SLIPS = {
    "closes integration ties": "As in the original; probably meant: closest",
    "gun powder": "As in the original; usually one word: gunpowder",
}


@dataclass(frozen=True)
class Sentence:
    """One sentence of the article.

    Attributes:
        paragraph: number of its paragraph, 1 to 7.
        number: its place in the paragraph, from 1.
        text: its words as printed, slips included.
    """

    paragraph: int
    number: int
    text: str

    @property
    def id(self) -> str:
        """For example ``3.2``: the second sentence of ¶3."""
        return f"{self.paragraph}.{self.number}"


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of the article: its number (1 to 7), its text as printed, its sentences."""

    number: int
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Article:
    """The article as printed: stamp, title, rubric, paragraphs. ``paragraphs[0]`` is ¶1."""

    stamp: str
    title: str
    rubric: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in reading order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph.sentences)

    def paragraph(self, number: int) -> Paragraph:
        """The paragraph ¶number.

        Raises:
            KeyError: with the numbers there are, if there is no such paragraph.
        """
        if not 1 <= number <= len(self.paragraphs):
            raise KeyError(f"no paragraph ¶{number}: the article has ¶1 to ¶{len(self.paragraphs)}")
        return self.paragraphs[number - 1]

    def sentence(self, sentence_id: str) -> Sentence:
        """The sentence with that id, for example ``3.2``.

        Raises:
            KeyError: with the ids there are, if there is no such sentence.
        """
        for sentence in self.sentences:
            if sentence.id == sentence_id:
                return sentence
        known = ", ".join(sentence.id for sentence in self.sentences)
        raise KeyError(f"no sentence {sentence_id!r}: the article has {known}")

    def quote(self, reference: str) -> list[str]:
        """The texts at a place: a paragraph (``3``), a sentence (``3.2``), or stamp, title and rubric (``0``).

        Raises:
            KeyError: with what a reference looks like, or the places there are, if there is no such place.
        """
        if reference == "0":
            return [self.stamp, self.title, self.rubric]
        if "." in reference:
            return [self.sentence(reference).text]
        if not reference.isdecimal():
            raise KeyError(f"{reference!r} is neither a paragraph (3) nor a sentence (3.2) of the article")
        return [self.paragraph(int(reference)).text]

    def to_frame(self) -> pd.DataFrame:
        """The sentences as a table: sentence_id, paragraph, sentence, text, words (separated by spaces)."""
        return pd.DataFrame(
            [
                {
                    "sentence_id": sentence.id,
                    "paragraph": sentence.paragraph,
                    "sentence": sentence.number,
                    "text": sentence.text,
                    "words": len(sentence.text.split()),
                }
                for sentence in self.sentences
            ]
        )


def split_sentences(text: str) -> list[str]:
    """Split a paragraph into its sentences.

    Joining them with one space gives the paragraph back.

    >>> split_sentences("One (eg this). “Two of it”, he said.")
    ['One (eg this).', '“Two of it”, he said.']
    """
    parts, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        parts.append(text[start : end.end(1)])
        start = end.end()
    return [*parts, text[start:]]


def mark_slips(text: str) -> list[tuple[str, str]]:
    """Cut a text of the article after each of its slips.

    Returns:
        Pairs of a piece of text and the remark on the slip it ends with ("" for none); the pieces join to the text.
    """
    pieces, start = [], 0
    for slip in re.finditer("|".join(map(re.escape, SLIPS)), text):
        # the remark stands after the slip's first word
        end = slip.start() + len(slip.group().split()[0])
        pieces.append((text[start:end], SLIPS[slip.group()]))
        start = end
    return [*pieces, (text[start:], "")]


def parse_article(text: str, *, file: str | Path = "the article") -> Article:
    """Parse the article's text.

    Args:
        text: the whole file, any line ends.
        file: its name, for messages.

    Raises:
        CourseError: naming the file and what was expected, if the text has another structure.
    """
    if not text.strip():
        raise CourseError("The article is empty.", file=file, remedy=_LAYOUT)
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").replace("\r", "\n").strip())]
    if len(blocks) != 3 + PARAGRAPHS:
        raise CourseError(f"Found {len(blocks)} blocks of text instead of {3 + PARAGRAPHS}.", file=file, remedy=_LAYOUT)
    stamp, title, rubric, *bodies = blocks
    if not _STAMP.fullmatch(stamp):
        raise CourseError(f"The first line is no stamp: {stamp[:60]!r}.", file=file, line=1, remedy=_LAYOUT)
    for position, block in enumerate(blocks, start=1):
        if "\n" in block:
            raise CourseError(f"Block {position} runs over several lines.", file=file, remedy=_LAYOUT)
    for number, body in enumerate(bodies, start=1):
        if not body.rstrip('”’")').endswith((".", "!", "?")):
            raise CourseError(f"¶{number} does not end like a sentence: …{body[-40:]!r}.", file=file, remedy=_LAYOUT)
    paragraphs = tuple(
        Paragraph(
            number,
            body,
            tuple(Sentence(number, place, words) for place, words in enumerate(split_sentences(body), start=1)),
        )
        for number, body in enumerate(bodies, start=1)
    )
    return Article(stamp, title, rubric, paragraphs)


def read_article(path: Path | None = None) -> Article:
    """Read and parse the article's file (by default the one in ``seeds/``).

    Raises:
        CourseError: naming the file and what was expected, if it is missing, empty, not UTF-8 or of another structure.
    """
    file = path or article_path()
    try:
        text = file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CourseError("The article is missing.", file=file, remedy=_LAYOUT) from None
    except OSError as error:
        raise CourseError(f"The article cannot be read ({error.strerror}).", file=file, remedy=_LAYOUT) from None
    except UnicodeDecodeError as error:
        raise CourseError(
            f"The article is not UTF-8 text (byte {error.start + 1}).", file=file, remedy=_LAYOUT
        ) from None
    return parse_article(text, file=file)


def check_article() -> None:
    """Check that the article is there, whole and unchanged to the byte.

    Raises:
        CourseError: as ``read_article``, or if a single byte differs from the text that the course is about.
    """
    read_article()
    if hashlib.sha256(article_path().read_bytes()).hexdigest() != SHA256:
        raise CourseError(
            "The article is not the text that the course is about: its SHA-256 differs.",
            file=article_path(),
            line=1,
            remedy="Restore the file from the repository.",
        )


@cache
def the_article() -> Article:
    """The course's article, read once."""
    return read_article()
