"""What the class report counts, fed one submission at a time: its size does not grow with the texts of the class."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from unionstate.exercises.marks import FINISHED, CheckMark, Marks, points_of
from unionstate.exercises.visible import NAME_LIMIT, visible

FEWEST = 5  # submissions below which a correlation is not told
_MOST_VALUES = 1_000  # different wrong values of a check that are kept apart
_VALUE_LENGTH = 80
_MESSAGE_LENGTH = 300
_MOST_LISTED = 200  # problems
_SLOWEST = 5


@dataclass
class Correlation:
    """Pearson's correlation of two numbers, in one pass (Welford's updates, so that nothing cancels)."""

    n: int = 0
    mean_x: float = 0.0
    mean_y: float = 0.0
    xx: float = 0.0
    yy: float = 0.0
    xy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """Take one pair."""
        self.n += 1
        from_x, from_y = x - self.mean_x, y - self.mean_y
        self.mean_x += from_x / self.n
        self.mean_y += from_y / self.n
        self.xx += from_x * (x - self.mean_x)
        self.yy += from_y * (y - self.mean_y)
        self.xy += from_x * (y - self.mean_y)

    def coefficient(self) -> float | None:
        """From -1 to 1; None if one of the two is always the same."""
        if min(self.xx, self.yy) <= 1e-9:
            return None
        return max(-1.0, min(1.0, self.xy / math.sqrt(self.xx * self.yy)))


@dataclass(frozen=True)
class WrongValue:
    """A value that students gave, and what they were told.

    Attributes:
        value: "" if it could not be read.
        message: what feedback said to it.
        foreseen: whether the check foresaw the value.
        count: how many gave it.
    """

    value: str
    message: str
    foreseen: bool
    count: int


@dataclass
class Part:
    """A question or a check: how often it was passed, and how it goes with the rest.

    Attributes:
        id: for example ``4a`` or ``4a.2``.
        points: the most it gives.
        public: whether learners have it in their notebook; None for a question.
        names: of the student, which it looks at.
        n: graded submissions.
        passed: those with all its points.
        unanswered: those without an answer.
        share: the sum of the shares of its points.
        with_rest: the correlation of its points with the points of everything else in the exercise.
        wrong: counts by value, message and whether it was foreseen.
        uncounted: wrong answers that fell out because there were too many different ones.
    """

    id: str
    points: float
    public: bool | None = None
    names: tuple[str, ...] = ()
    n: int = 0
    passed: int = 0
    unanswered: int = 0
    share: float = 0.0
    with_rest: Correlation = field(default_factory=Correlation)
    wrong: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    uncounted: int = 0

    @property
    def success(self) -> float | None:
        """The share of submissions that passed; None if there are none."""
        return self.passed / self.n if self.n else None

    @property
    def mean_share(self) -> float | None:
        """The mean share of its points; None if there are no submissions."""
        return self.share / self.n if self.n else None

    @property
    def discrimination(self) -> float | None:
        """The item-rest correlation; None if it is not defined: see `why_undefined`.

        It is the correlation of the part's points with the sum of all *other* points ("corrected" item-total
        correlation: with the part itself in the sum, it would be correlated with itself), as computed by
        ``item_discrimination`` of the R package performance
        (https://search.r-project.org/CRAN/refmans/performance/html/item_discrimination.html).
        """
        return None if self.n < FEWEST else self.with_rest.coefficient()

    @property
    def why_undefined(self) -> str:
        """Why there is no discrimination; "" if there is one."""
        if self.n < FEWEST:
            return f"fewer than {FEWEST} submissions"
        if self.with_rest.xx <= 1e-9:
            return "all have the same points here"
        return "" if self.with_rest.yy > 1e-9 else "all have the same points in the rest"

    def commonest_wrong(self, most: int = 5) -> list[WrongValue]:
        """The wrong values that most students gave, the commonest first."""
        ranked = sorted(self.wrong.items(), key=lambda entry: (-entry[1], entry[0]))
        return [WrongValue(*key, count) for key, count in ranked[:most]]

    def add(self, earned: float, points: float, rest: float) -> None:
        """Take the points of one submission."""
        self.n += 1
        self.passed += earned >= points
        self.share += earned / points if points else 1.0
        self.with_rest.add(earned, rest)

    def add_wrong(self, mark: CheckMark) -> None:
        """Take a wrong answer."""
        self.wrong[visible(mark.given, _VALUE_LENGTH), visible(mark.message, _MESSAGE_LENGTH), mark.foreseen] += 1
        if len(self.wrong) > _MOST_VALUES:  # a class of guesses: drop the rarest, and say so
            kept = Counter(dict(self.wrong.most_common(_MOST_VALUES // 2)))
            self.uncounted += self.wrong.total() - kept.total()
            self.wrong = kept


@dataclass
class Tally:
    """Everything the report tells.

    Attributes:
        title, exercise: of the exercise.
        titles: of its questions.
        points: the most that can be earned.
        submissions, graded, unsandboxed: counts.
        outcomes: how many ended how.
        scores: how many earned how much.
        seconds: of each graded submission.
        slowest: the slowest, with student.
        problems: of those that could not be graded or did not finish: student, file, outcome, reason; the first ones.
        more_problems: how many there are beyond those.
        questions, checks: by id.
    """

    title: str = ""
    exercise: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    points: float = 0.0
    submissions: int = 0
    graded: int = 0
    unsandboxed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    scores: Counter[float] = field(default_factory=Counter)
    seconds: array[float] = field(default_factory=lambda: array("d"))
    slowest: list[tuple[float, str]] = field(default_factory=list)
    problems: list[tuple[str, str, str, str]] = field(default_factory=list)
    more_problems: int = 0
    questions: dict[str, Part] = field(default_factory=dict)
    checks: dict[str, Part] = field(default_factory=dict)
    _first_of: dict[bytes, str] = field(default_factory=dict)  # a file's hash -> who handed it in first
    _same: dict[bytes, list[str]] = field(default_factory=dict)

    def add(self, marks: Marks) -> None:
        """Take one submission."""
        self.submissions += 1
        self.outcomes[visible(marks.outcome, NAME_LIMIT)] += 1
        student = visible(marks.student, NAME_LIMIT)
        if marks.content:
            content = marks.content.encode()[:64]
            if content in self._first_of:
                self._same.setdefault(content, [self._first_of[content]]).append(student)
            else:
                self._first_of[content] = student
        if marks.outcome != FINISHED:
            if len(self.problems) < _MOST_LISTED:
                outcome = visible(marks.outcome, NAME_LIMIT)
                self.problems.append((student, visible(marks.file, NAME_LIMIT), outcome, visible(marks.message)))
            else:
                self.more_problems += 1
        if not self.title:
            self.title = visible(marks.exercise_title or marks.exercise, NAME_LIMIT)
            self.exercise = visible(marks.exercise, NAME_LIMIT)
        if marks.graded:
            self._add_graded(marks, student)

    def _add_graded(self, marks: Marks, student: str) -> None:
        self.graded += 1
        self.unsandboxed += not marks.sandboxed
        self.points = max(self.points, marks.points)
        self.scores[round(marks.earned, 2)] += 1
        self.seconds.append(marks.seconds)
        self.slowest = sorted([*self.slowest, (marks.seconds, student)], key=lambda one: (-one[0], one[1]))[:_SLOWEST]
        for question, checks in marks.by_question().items():
            self.titles.setdefault(question, visible(marks.titles.get(question, ""), NAME_LIMIT))
            earned, points = points_of(checks)
            self.questions.setdefault(question, Part(question, points)).add(earned, points, marks.earned - earned)
            for one in checks:
                part = self.checks.setdefault(one.id, Part(one.id, one.points, one.public, one.names))
                part.add(one.earned, one.points, marks.earned - one.earned)
                if not one.answered:
                    part.unanswered += 1
                elif not one.passed:
                    part.add_wrong(one)

    def identical(self) -> list[list[str]]:
        """Students who handed in the same file, byte for byte; the largest group first."""
        return sorted(self._same.values(), key=lambda group: (-len(group), group))

    def upper_half(self) -> float:
        """The most points that at least half of the graded submissions have."""
        left = -(-self.graded // 2)
        for earned in sorted(self.scores, reverse=True):
            left -= self.scores[earned]
            if left <= 0:
                return earned
        return 0.0


def tally(marks: Iterable[Marks]) -> Tally:
    """Count a class, in one pass."""
    counted = Tally()
    for one in marks:
        counted.add(one)
    return counted
