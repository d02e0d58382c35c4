"""What an item is: the pydantic models of a quiz file, one class for each type."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from abc import ABC, abstractmethod
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from unionstate.article import PARAGRAPHS, the_article
from unionstate.quiz.readings import normalized
from unionstate.values import compute, compute_series

# Where a rule needs more words in the JSON Schema than pydantic finds, they stand beside it: an editor should mark what
# the course would refuse.
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), Field(json_schema_extra={"pattern": r"\S"})
]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Number = Annotated[float, Field(allow_inf_nan=False)]


def _reference_as_text(value: object) -> object:
    """YAML reads an unquoted ``3`` or ``3.2`` as a number; as a reference it is text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _text_or_number(pattern: str, least: int) -> WithJsonSchema:
    number = {"type": "number", "minimum": least, "exclusiveMaximum": PARAGRAPHS + 1}
    return WithJsonSchema({"anyOf": [{"type": "string", "pattern": pattern}, number]})


_REFERENCE = r"^[A-Za-z0-9][\w.:-]*$"
_SENTENCE = rf"^[1-{PARAGRAPHS}]\.[1-9]\d?$"
Reference = Annotated[
    str, BeforeValidator(_reference_as_text), StringConstraints(pattern=_REFERENCE), _text_or_number(_REFERENCE, 0)
]
SentenceId = Annotated[
    str, BeforeValidator(_reference_as_text), StringConstraints(pattern=_SENTENCE), _text_or_number(_SENTENCE, 1)
]


def _one_of(**kinds: str) -> ConfigDict:
    """For the JSON Schema: just one of these keys is there, and of this kind."""
    return _also(oneOf=[{"required": [key], "properties": {key: {"type": kind}}} for key, kind in kinds.items()])


def _options(*rules: dict[str, Any]) -> ConfigDict:
    """For the JSON Schema: what is true of an item's options together."""
    return _also(allOf=[{"properties": {"options": rule}} for rule in rules])


def _also(**rules: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra=rules)


_CORRECT = {"required": ["correct"], "properties": {"correct": {"const": True}}}
_ONE_CORRECT = {"contains": _CORRECT, "maxContains": 1}


class Line(NamedTuple):
    """One thing an item can answer.

    Attributes:
        label: what the learner did or what it is about, for example an option's text.
        feedback: what the item says to it.
        right: whether it belongs to a right answer; None where nothing is marked.
        answer: the right answer to this part, where the label does not say it.
        misconception: the mistake behind it, where it is a wrong answer.
    """

    label: str
    feedback: str
    right: bool | None = None
    answer: str = ""
    misconception: str | None = None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Wrong(_Strict):
    """What is said to a wrong answer, and the mistake behind it."""

    feedback: Text
    misconception: Slug


class Option(_Strict):
    """One choice of an item, and why it is right or wrong."""

    text: Text
    feedback: Text
    correct: bool = False
    misconception: Slug | None = None


class _Item(_Strict, ABC):
    """What items of every type have."""

    how: ClassVar[str]
    scoring: ClassVar[str] = "Not marked."

    id: Slug
    part: Literal["before", "section", "closing"]
    objective: Literal["LO1", "LO2", "LO3", "LO4", "LO5", "LO6", "LO7", "LO8", "LO9", "LO10"]
    difficulty: Literal[1, 2, 3] = 1
    source: list[Reference] = Field(min_length=1)
    prompt: Text
    hints: list[Text] = []

    @property
    @abstractmethod
    def key(self) -> dict[str, Any]:
        """What an answer is judged against: plain data, the same for Python and for the script of a page."""

    @property
    @abstractmethod
    def lines(self) -> tuple[Line, ...]:
        """Everything the item can answer, in the order in which ``judge`` counts it."""

    @property
    def marked(self) -> bool:
        """Whether an answer has a score."""
        return True

    @property
    def version(self) -> str:
        """Changes with the question and its key, so that an answer kept for an older wording is dropped."""
        words = [self.prompt, self.key, [line.label for line in self.lines]]
        return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode(errors="surrogatepass")).hexdigest()[:8]

    def shuffled(self, count: int) -> list[int]:
        """The places 0 to count-1 in an order that looks random, stays the same, and is not the given one."""
        order = sorted(range(count), key=lambda place: hashlib.sha256(f"{self.id} {place}".encode()).digest())
        return order if order != list(range(count)) else [*order[1:], order[0]]


class _Choice(_Item):
    """Items whose answers are options."""

    options: list[Option] = Field(min_length=2, max_length=9)

    @model_validator(mode="after")
    def _options_differ(self) -> _Choice:
        _differ("options", [option.text for option in self.options])
        return self

    @property
    def right(self) -> frozenset[int]:
        """The places of the right options, from 0."""
        return frozenset(place for place, option in enumerate(self.options) if option.correct)

    @property
    def key(self) -> dict[str, Any]:
        return {"right": sorted(self.right), "count": len(self.options)}

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(
                option.text,
                option.feedback,
                option.correct if self.marked else None,
                misconception=option.misconception,
            )
            for option in self.options
        )


class Single(_Choice):
    """Choose one; exactly one option is right."""

    how = "Choose one."
    scoring = "1 for the right option, else 0."
    type: Literal["single"]
    model_config = _options(_ONE_CORRECT)

    @model_validator(mode="after")
    def _one_right(self) -> Single:
        if len(self.right) != 1:
            raise ValueError(
                f"a single item needs exactly one option with 'correct: true', this one has {len(self.right)}"
            )
        return self


class Multiple(_Choice):
    """Choose all that apply; at least one option is right and one wrong."""

    how = "Choose all that apply."
    scoring = "The share of the right options that were chosen minus the share of the wrong ones, never below 0."
    type: Literal["multiple"]
    model_config = _options({"contains": _CORRECT}, {"contains": {"not": _CORRECT}})

    @model_validator(mode="after")
    def _some_right(self) -> Multiple:
        if not 1 <= len(self.right) < len(self.options):
            raise ValueError(
                "a multiple item needs at least one option with 'correct: true' and at least one without, "
                f"this one has {len(self.right)} right of {len(self.options)}"
            )
        return self


class Commit(_Choice):
    """Choose one; nothing is marked: the answer is kept and shown again later."""

    how = "Choose one. Your answer is kept, not marked."
    type: Literal["commit"]
    model_config = _options({"not": {"contains": _CORRECT}})

    @model_validator(mode="after")
    def _none_right(self) -> Commit:
        if self.right:
            raise ValueError("a commit item has no right option: remove 'correct', or make it 'single'")
        return self

    @property
    def marked(self) -> bool:
        return False


class TrueFalse(_Item):
    """Say whether a statement is true, and choose the reason."""

    how = "True or false? Choose the reason too."
    scoring = "½ for the right verdict and ½ more for the right reason; a wrong verdict earns nothing."
    type: Literal["true-false"]
    answer: bool
    feedback: Text
    wrong: Wrong
    reasons: list[Option] = Field(min_length=2, max_length=5, json_schema_extra=_ONE_CORRECT)

    @model_validator(mode="after")
    def _one_reason(self) -> TrueFalse:
        _differ("reasons", [reason.text for reason in self.reasons])
        right = sum(reason.correct for reason in self.reasons)
        if right != 1:
            raise ValueError(f"a true-false item needs exactly one reason with 'correct: true', this one has {right}")
        return self

    @property
    def key(self) -> dict[str, Any]:
        reason = next(place for place, reason in enumerate(self.reasons) if reason.correct)
        return {"right": [0 if self.answer else 1, reason], "count": len(self.reasons)}

    @property
    def lines(self) -> tuple[Line, ...]:
        right, wrong = ("True", "False") if self.answer else ("False", "True")
        return (
            Line(right, self.feedback, True),
            Line(wrong, self.wrong.feedback, False, misconception=self.wrong.misconception),
            *(
                Line(reason.text, reason.feedback, reason.correct, misconception=reason.misconception)
                for reason in self.reasons
            ),
        )


class _WithNumber(_Item):
    """Items about one number, written here or computed from the tables."""

    model_config = _one_of(value="number", value_of="string")
    value: Number | None = None
    value_of: Annotated[str, StringConstraints(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_source_of_the_number(self) -> _WithNumber:
        if (self.value is None) == (self.value_of is None):
            raise ValueError("give 'value' or 'value_of', one of the two")
        return self

    @property
    def number(self) -> float:
        """The right number.

        Raises:
            KeyError: if ``value_of`` names no value.
            ValueError: if that value is no number.
        """
        if self.value is not None:
            return float(self.value)
        text = compute(self.value_of or "")
        # a value is printed with thousands commas and, at most, a unit or % behind it
        found = re.match(r"[+\-−]?\d[\d,]*(\.\d+)?", text)
        if not found:
            raise ValueError(f"the value {self.value_of!r} is no number: {text!r}")
        return float(found[0].replace(",", "").replace("−", "-"))


class WrongNumber(Wrong):
    """A number that a known mistake leads to."""

    value: Number
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class Numeric(_WithNumber):
    """Write a number; it is right within the tolerance."""

    how = "Write a number. Forms such as 1,234.5 and 1 234,5 are both read."
    scoring = "1 within the tolerance, else 0."
    type: Literal["numeric"]
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    unit: str = ""
    units: list[Text] = []
    feedback: Text
    wrong: list[WrongNumber] = []
    otherwise: Wrong

    @model_validator(mode="after")
    def _wrong_is_wrong(self) -> Numeric:
        if self.value is not None:
            for entry in self.wrong:
                if abs(entry.value - self.value) <= self.tolerance:
                    raise ValueError(f"the wrong value {entry.value:g} lies within the tolerance of the right one")
        return self

    @property
    def key(self) -> dict[str, Any]:
        return {
            "value": self.number,
            "tolerance": float(self.tolerance),
            "units": _unit_spellings(self.unit, self.units),
            "wrong": [[float(entry.value), float(entry.tolerance)] for entry in self.wrong],
        }

    @property
    def lines(self) -> tuple[Line, ...]:
        near = f" ± {shown_number(self.tolerance)}" if self.tolerance else ""
        return (
            Line(f"{shown_number(self.number)}{near} {self.unit}".rstrip(), self.feedback, True),
            *(
                Line(
                    f"{shown_number(entry.value)} {self.unit}".rstrip(),
                    entry.feedback,
                    False,
                    misconception=entry.misconception,
                )
                for entry in self.wrong
            ),
            Line("Any other number", self.otherwise.feedback, False, misconception=self.otherwise.misconception),
        )


class WrongText(Wrong):
    """A text that a known mistake leads to, in its spellings."""

    accept: list[Text] = Field(min_length=1)


class ShortText(_Item):
    """Write a word or a name; every accepted spelling is right."""

    how = "Write a word or a name. Case, accents and punctuation do not matter."
    scoring = "1 for an accepted spelling, else 0."
    type: Literal["short-text"]
    accept: list[Text] = Field(min_length=1)
    feedback: Text
    wrong: list[WrongText] = []
    otherwise: Wrong

    @model_validator(mode="after")
    def _spellings(self) -> ShortText:
        seen: dict[str, str] = {}
        for accepted, group in [(self.accept, "right"), *((entry.accept, "wrong") for entry in self.wrong)]:
            for text in accepted:
                short = normalized(text)
                if not short:
                    raise ValueError(f"the spelling {text!r} holds no letter and no digit")
                if seen.setdefault(short, group) != group:
                    raise ValueError(f"{text!r} is both right and wrong")
        return self

    @property
    def key(self) -> dict[str, Any]:
        return {
            "accept": [normalized(text) for text in self.accept],
            "wrong": [[normalized(text) for text in entry.accept] for entry in self.wrong],
        }

    @property
    def lines(self) -> tuple[Line, ...]:
        return (
            Line(" / ".join(self.accept), self.feedback, True),
            *(
                Line(" / ".join(entry.accept), entry.feedback, False, misconception=entry.misconception)
                for entry in self.wrong
            ),
            Line("Anything else", self.otherwise.feedback, False, misconception=self.otherwise.misconception),
        )


class Entry(_Strict):
    """One entry of an order item, and why it stands where it stands."""

    text: Text
    feedback: Text
    misconception: Slug


class Order(_Item):
    """Put entries in order; the file has them in the right one."""

    how = "Put them in order with the buttons."
    scoring = "The share of pairs in the right order minus the share in the wrong order, never below 0."
    type: Literal["order"]
    first: Text = "First"
    last: Text = "Last"
    feedback: Text
    entries: list[Entry] = Field(min_length=3, max_length=8)

    @model_validator(mode="after")
    def _entries_differ(self) -> Order:
        _differ("entries", [entry.text for entry in self.entries])
        return self

    @property
    def key(self) -> dict[str, Any]:
        return {"count": len(self.entries)}

    @property
    def lines(self) -> tuple[Line, ...]:
        return (
            *(
                Line(entry.text, entry.feedback, False, f"place {place}", entry.misconception)
                for place, entry in enumerate(self.entries, start=1)
            ),
            Line("All in order", self.feedback, True),
        )


class Pair(_Strict):
    """Two sides that belong together, and why."""

    left: Text
    right: Text
    feedback: Text
    misconception: Slug


class Match(_Item):
    """Find the right side of every left side."""

    how = "Choose a partner for each."
    scoring = "The share of the partners that are right."
    type: Literal["match"]
    feedback: Text
    pairs: list[Pair] = Field(min_length=2, max_length=8)
    extra: list[Text] = []

    @model_validator(mode="after")
    def _sides_differ(self) -> Match:
        _differ("left sides", [pair.left for pair in self.pairs])
        _differ("right sides", [*dict.fromkeys(pair.right for pair in self.pairs), *self.extra])
        if len({pair.right for pair in self.pairs}) + len(self.extra) < 2:
            raise ValueError("a match item needs at least two right sides to choose from")
        return self

    @property
    def choices(self) -> list[str]:
        """The right sides in the order in which they are offered."""
        there = [*dict.fromkeys(pair.right for pair in self.pairs), *self.extra]
        return [there[place] for place in self.shuffled(len(there))]

    @property
    def stems(self) -> list[str]:
        """The left sides."""
        return [pair.left for pair in self.pairs]

    @property
    def key(self) -> dict[str, Any]:
        return {"right": [self.choices.index(pair.right) for pair in self.pairs], "count": len(self.choices)}

    @property
    def lines(self) -> tuple[Line, ...]:
        return (
            *(Line(pair.left, pair.feedback, False, pair.right, pair.misconception) for pair in self.pairs),
            Line("All right", self.feedback, True),
        )


class Statement(_Strict):
    """A statement to sort, its bin, and why it belongs there."""

    text: Text
    bin: Text
    feedback: Text
    misconception: Slug


class Classify(_Item):
    """Sort statements into bins."""

    how = "Sort each into its group."
    scoring = "The share of the statements that are in the right group."
    type: Literal["classify"]
    bins: list[Text] = Field(min_length=2, max_length=5)
    feedback: Text
    statements: list[Statement] = Field(min_length=2, max_length=10)

    @model_validator(mode="after")
    def _bins_exist(self) -> Classify:
        _differ("bins", self.bins)
        _differ("statements", [statement.text for statement in self.statements])
        for statement in self.statements:
            if statement.bin not in self.bins:
                raise ValueError(f"there is no bin {statement.bin!r} in 'bins'")
        return self

    @property
    def choices(self) -> list[str]:
        """The bins."""
        return self.bins

    @property
    def stems(self) -> list[str]:
        """The statements."""
        return [statement.text for statement in self.statements]

    @property
    def key(self) -> dict[str, Any]:
        return {
            "right": [self.bins.index(statement.bin) for statement in self.statements],
            "count": len(self.bins),
        }

    @property
    def lines(self) -> tuple[Line, ...]:
        return (
            *(Line(one.text, one.feedback, False, one.bin, one.misconception) for one in self.statements),
            Line("All right", self.feedback, True),
        )


class Evidence(_Item):
    """Pick the sentence of the article that supports a statement; the sentences are read from the article."""

    how = "Choose one sentence of the article."
    scoring = "1 for a sentence that supports it, else 0."
    type: Literal["evidence"]
    paragraphs: list[Annotated[int, Field(ge=1, le=PARAGRAPHS)]] = Field(min_length=1)
    answer: list[SentenceId] = Field(min_length=1)
    feedback: Text
    wrong: dict[SentenceId, Wrong] = Field(
        json_schema_extra={"propertyNames": {"pattern": _SENTENCE}, "minProperties": 1}
    )

    @model_validator(mode="after")
    def _sentences_are_offered(self) -> Evidence:
        offered = [sentence_id for sentence_id, _ in self.sentences]
        for sentence_id in [*self.answer, *self.wrong]:
            if sentence_id not in offered:
                raise ValueError(f"the sentence {sentence_id} is not in 'paragraphs'")
        for sentence_id in offered:
            if (sentence_id in self.answer) == (sentence_id in self.wrong):
                said = "both in 'answer' and in 'wrong'" if sentence_id in self.wrong else "not in 'answer' or 'wrong'"
                raise ValueError(f"the sentence {sentence_id} is {said}")
        if not self.wrong:
            raise ValueError("every offered sentence is right: offer more 'paragraphs'")
        return self

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """Id and text of every sentence offered, in the article's order."""
        return [
            (sentence.id, sentence.text)
            for sentence in the_article().sentences
            if sentence.paragraph in self.paragraphs
        ]

    @property
    def key(self) -> dict[str, Any]:
        places = [place for place, (sentence_id, _) in enumerate(self.sentences) if sentence_id in self.answer]
        return {"right": places, "count": len(self.sentences)}

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(
            Line(f"¶{sentence_id}", self.feedback, True)
            if sentence_id in self.answer
            else Line(
                f"¶{sentence_id}",
                self.wrong[sentence_id].feedback,
                False,
                misconception=self.wrong[sentence_id].misconception,
            )
            for sentence_id, _ in self.sentences
        )


class EstimateFeedback(_Strict):
    """What is said to an estimate that is near, too low, too high."""

    near: Text
    low: Text
    high: Text


class EstimateMisconceptions(_Strict):
    """The beliefs behind too low and too high estimates."""

    low: Slug
    high: Slug


class Estimate(_WithNumber):
    """Commit to a number, then see the true one and how far off it was."""

    how = "Write your estimate; a rough one will do. It is kept, not marked."
    type: Literal["estimate"]
    unit: str = ""
    units: list[Text] = []
    near: Annotated[float, Field(gt=0, le=100)]
    feedback: EstimateFeedback
    misconceptions: EstimateMisconceptions

    @property
    def marked(self) -> bool:
        return False

    @property
    def key(self) -> dict[str, Any]:
        return {
            "value": self.number,
            "near": float(self.near),
            "units": _unit_spellings(self.unit, self.units),
            "shown": f"{shown_number(self.number)} {self.unit}".rstrip(),
        }

    @property
    def lines(self) -> tuple[Line, ...]:
        return (
            Line(f"{shown_number(self.number)} {self.unit}".rstrip(), self.feedback.near),
            Line("Your estimate is lower", self.feedback.low, misconception=self.misconceptions.low),
            Line("Your estimate is higher", self.feedback.high, misconception=self.misconceptions.high),
        )


class Draw(_Item):
    """Draw a series over its axes, then see the data."""

    how = "Draw on the chart, or set the sliders. Your line is kept, not marked."
    type: Literal["draw"]
    model_config = _one_of(series_of="string", points="array")
    series_of: Annotated[str, StringConstraints(min_length=1)] | None = None
    points: list[tuple[Number, Number]] | None = Field(None, json_schema_extra={"minItems": 3, "maxItems": 24})
    x: Text
    y: Text
    unit: str = ""
    range: tuple[Number, Number]
    given: Annotated[int, Field(ge=0)] = 1
    feedback: Text

    @model_validator(mode="before")
    @classmethod
    def _lists_as_tuples(cls, data: Any) -> Any:
        """YAML knows no tuples, and strict models want them."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        if isinstance(data.get("range"), list):
            data["range"] = tuple(data["range"])
        if isinstance(data.get("points"), list):
            data["points"] = [tuple(point) if isinstance(point, list) else point for point in data["points"]]
        return data

    @model_validator(mode="after")
    def _one_source_of_the_series(self) -> Draw:
        if (self.points is None) == (self.series_of is None):
            raise ValueError("give 'series_of' or 'points', one of the two")
        if not self.range[0] < self.range[1]:
            raise ValueError("'range' is the lower and the upper end of the y axis")
        if self.points is not None:
            self._check(self.points)
        return self

    def _check(self, points: list[tuple[float, float]]) -> None:
        if not 3 <= len(points) <= 24:
            raise ValueError(f"a series to draw has 3 to 24 points, this one {len(points)}")
        if self.given >= len(points) - 1:
            raise ValueError(f"'given' is {self.given} of {len(points)} points: leave at least two to draw")
        if any(later[0] <= earlier[0] for earlier, later in zip(points, points[1:], strict=False)):
            raise ValueError("the x values of a series must rise")
        if any(not self.range[0] <= y <= self.range[1] for _, y in points):
            raise ValueError("a point of the series lies outside 'range'")

    @property
    def marked(self) -> bool:
        return False

    @property
    def series(self) -> list[tuple[float, float]]:
        """The points of the data.

        Raises:
            KeyError: if ``series_of`` names no series.
            ValueError: if the series does not fit the axes.
        """
        if self.points is not None:
            return [(float(x), float(y)) for x, y in self.points]
        points = [(float(x), float(y)) for x, y in compute_series(self.series_of or "")]
        self._check(points)
        return points

    @property
    def key(self) -> dict[str, Any]:
        return {"values": [y for _, y in self.series], "given": self.given, "unit": self.unit}

    @property
    def lines(self) -> tuple[Line, ...]:
        return (Line("What the data show", self.feedback),)


class Predict(_Item):
    """Give a probability; scored against the outcome where it is known."""

    how = "Write a probability from 0 to 100 %."
    scoring = "1 minus the Brier score, the squared distance between the probability and what happened (1 or 0)."
    type: Literal["predict"]
    outcome: bool | None = None
    feedback: Text

    @property
    def marked(self) -> bool:
        return self.outcome is not None

    @property
    def key(self) -> dict[str, Any]:
        return {"outcome": None if self.outcome is None else int(self.outcome), "units": _unit_spellings("%", [])}

    @property
    def lines(self) -> tuple[Line, ...]:
        said = {True: "It happened", False: "It did not happen", None: "Nobody can know yet"}[self.outcome]
        return (Line(said, self.feedback),)


Item = Annotated[
    Single
    | Multiple
    | Commit
    | TrueFalse
    | Numeric
    | ShortText
    | Order
    | Match
    | Classify
    | Evidence
    | Estimate
    | Draw
    | Predict,
    Field(discriminator="type"),
]
Choice = Single | Multiple | Commit
RECALLED = (Commit, Estimate, Predict)  # a page can show again what was answered to these


class Quiz(_Strict):
    """The items of a chapter, in the order of the file."""

    items: list[Item] = Field(min_length=1)

    def part(self, name: str) -> list[Item]:
        """The items of one part: before, section or closing."""
        return [item for item in self.items if item.part == name]


def shown_number(value: float) -> str:
    """A number as texts show it: thousands separated, no needless zeros."""
    if abs(value) >= 1e9:
        return f"{value:,.0f}"
    text = f"{value:,.10g}"
    return text if "e" not in text else f"{Decimal(repr(float(value))):f}"  # 0.00001, not 1e-05, which no reader writes


def is_reference_to_article(reference: str) -> bool:
    """Whether a source is a paragraph (``0`` to ``7``) or a sentence (``3.2``) rather than a claim or a citation."""
    return bool(re.fullmatch(rf"[0-{PARAGRAPHS}](\.\d+)?", reference))


def _differ(what: str, texts: list[str]) -> None:
    # signs count: "+2" and "-2" are two answers
    spoken = [re.sub(r"[\s.,;:!?*`]+", " ", text).strip().casefold() for text in texts]
    for place, text in enumerate(spoken):
        if text in spoken[:place]:
            raise ValueError(f"{what} {spoken.index(text) + 1} and {place + 1} say the same")


def _unit_spellings(unit: str, more: list[str]) -> list[str]:
    """What may stand before or behind a number, as ``read_numbers`` compares it, longest first."""
    spellings = {" ".join(unicodedata.normalize("NFKC", text).split()).lower() for text in [unit, *more]}
    if "%" in spellings:
        spellings |= {"per cent", "percent"}
    return sorted(spellings - {""}, key=lambda text: (-len(text), text))
