"""The class report: how a class did, check by check, as one page and one table; for the instructor alone."""

from __future__ import annotations

import csv
import io
import statistics
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import jinja2

from unionstate.exercises.marks import Marks, shown_points
from unionstate.exercises.tally import FEWEST, Part, Tally, tally
from unionstate.exercises.visible import with_code
from unionstate.quiz.export.files import write_whole
from unionstate.spreadsheets import defused
from unionstate.templates import template_environment

REPORT = "class-report.html"
TABLE = "class-report.csv"
COLUMNS = (
    "kind", "id", "title", "names", "in_notebook", "points", "n", "passed", "unanswered", "success_rate", "mean_share",
    "discrimination", "why_no_discrimination", "commonest_wrong_value", "given_by", "message",
)  # fmt: skip
_BARS = 10  # of the histogram
_MOST_GROUPS = 100  # of identical files that are listed
_LOW = 0.2  # a discrimination below it is worth a look: see the source in ``Part.discrimination``


def write_class_report(marks: Iterable[Marks], folder: Path, *, missing: int = 0) -> tuple[Path, Path]:
    """Write ``class-report.html`` and ``class-report.csv``, each as a whole or not at all.

    Args:
        marks: of all submissions; read once and not kept.
        folder: of the results.
        missing: students of the roster without a submission.

    Returns:
        The two files.

    Raises:
        CourseError: if a file cannot be written.
    """
    counted = tally(marks)
    page, table = folder / REPORT, folder / TABLE
    write_whole(page, report_html(counted, missing))
    write_whole(table, report_table(counted))
    return page, table


def report_html(counted: Tally, missing: int = 0) -> bytes:
    """The page: one file that needs no other, no script and no network."""
    groups = counted.identical()
    return (
        _template()
        .render(
            tally=counted,
            missing=missing,
            scores=_histogram(counted),
            scores_figure=_scores_figure(counted) if counted.graded else "",
            scores_title=_scores_title(counted),
            success_figure=_success_figure(counted) if counted.graded else "",
            success_title=_success_title(counted),
            groups=groups[:_MOST_GROUPS],
            more_groups=max(0, len(groups) - _MOST_GROUPS),
            median_seconds=statistics.median(counted.seconds) if counted.seconds else None,
            total_seconds=sum(counted.seconds),
            fewest=FEWEST,
            low=_LOW,
        )
        .encode()
    )


def report_table(counted: Tally) -> bytes:
    """The questions and checks as CSV, with a byte order mark for Excel; no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for question in counted.questions.values():
        writer.writerow(map(defused, _row("question", question, counted.titles[question.id])))
        for check in _checks_of(counted, question.id):
            writer.writerow(map(defused, _row("check", check, "")))
    return text.getvalue().encode("utf-8-sig")


def _row(kind: str, part: Part, title: str) -> list[str]:
    wrong = next(iter(part.commonest_wrong(1)), None)
    return [
        kind,
        part.id,
        title,
        ", ".join(part.names),
        "" if part.public is None else "yes" if part.public else "no",
        shown_points(part.points),
        str(part.n),
        str(part.passed),
        "" if part.public is None else str(part.unanswered),
        _decimals(part.success),
        _decimals(part.mean_share),
        _decimals(part.discrimination),
        part.why_undefined,
        wrong.value if wrong else "",
        str(wrong.count) if wrong else "",
        wrong.message if wrong else "",
    ]


def _decimals(number: float | None) -> str:
    return "" if number is None else f"{number:.3f}"


def _checks_of(counted: Tally, question: str) -> list[Part]:
    return [part for part in counted.checks.values() if part.id.rpartition(".")[0] == question]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.0f} %"


def _signed(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def _histogram(counted: Tally) -> list[tuple[str, int]]:
    """How many have which share of the points, in tenths; full points stand in the last."""
    bars = [0] * _BARS
    for earned, count in counted.scores.items():
        share = earned / counted.points if counted.points else 0.0
        bars[min(_BARS - 1, int(share * _BARS + 1e-9))] += count
    return [(f"{10 * number}–{10 * number + 10} %", count) for number, count in enumerate(bars)]


def _scores_title(counted: Tally) -> str:
    if not counted.graded:
        return "No submission could be graded."
    half, most = shown_points(counted.upper_half()), shown_points(counted.points)
    if counted.graded == 1:
        return f"The one submission has {half} of {most} points."
    return f"At least half of the {counted.graded:,} submissions have {half} of {most} points or more."


def _scores_figure(counted: Tally) -> str:
    from unionstate.figures import BLUE, inline_svg, new_axes  # here: matplotlib takes a second to load

    bars = _histogram(counted)
    figure, axes = new_axes(2.6)
    drawn = axes.bar([10 * number + 5 for number in range(_BARS)], [count for _, count in bars], width=9, color=BLUE)
    axes.bar_label(drawn, labels=[str(count) if count else "" for _, count in bars], padding=2)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("share of the points (%)")
    axes.set_ylabel("submissions")
    axes.yaxis.get_major_locator().set_params(integer=True)
    axes.margins(y=0.12)
    most = max(count for _, count in bars)
    tallest = " and ".join(name for name, count in bars if count == most)
    alt = (
        f"Histogram of the points of {_submissions(counted.graded)}, in tenths of the most that can be earned. "
        f"{_scores_title(counted)} The tallest bar is {tallest} with {most}; "
        f"{counted.scores.get(0.0, 0)} have no points, {counted.scores.get(round(counted.points, 2), 0)} have all."
    )
    return inline_svg(figure, name="scores", alt=alt)


def _success_title(counted: Tally) -> str:
    parts = list(counted.checks.values())
    if not counted.graded or not parts:
        return ""
    fewest = min(part.passed for part in parts)
    hardest = [part.id for part in parts if part.passed == fewest]
    if fewest == counted.graded:
        return "All submissions passed every check."
    passed = f"{fewest:,} of {_submissions(counted.graded)} passed"
    if len(hardest) > 3:
        return f"The hardest checks are {len(hardest)} of {len(parts)}: {passed} each of them."
    if len(hardest) > 1:
        return f"The hardest checks are {', '.join(hardest[:-1])} and {hardest[-1]}: {passed} each of them."
    return f"The hardest check is {hardest[0]}: {passed} it."


def _success_figure(counted: Tally) -> str:
    from unionstate.figures import BLUE, ORANGE, inline_svg, new_axes

    parts = [part for question in counted.questions for part in _checks_of(counted, question)]
    if not parts:
        return ""
    figure, axes = new_axes(0.8 + 0.26 * len(parts))
    places = range(len(parts))
    shares = [100 * part.passed / part.n for part in parts]
    colours = [BLUE if part.public else ORANGE for part in parts]
    drawn = axes.barh(places, shares, color=colours, height=0.7)
    axes.bar_label(drawn, labels=[f"{share:.0f} %" for share in shares], padding=3)
    axes.set_yticks(places, [part.id if part.public else f"{part.id} (hidden)" for part in parts])
    axes.invert_yaxis()
    axes.set_xlim(0, 114)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel("passed (% of graded submissions)")
    easiest = max(parts, key=lambda part: part.passed)
    alt = (
        f"Bars of the share of {_submissions(counted.graded)} that passed each of {len(parts)} checks. "
        f"{_success_title(counted)} The easiest is {easiest.id} with {easiest.passed}. "
        "All numbers are in the table below."
    )
    return inline_svg(figure, name="success", alt=alt)


def _submissions(count: int) -> str:
    return f"{count:,} {'submission' if count == 1 else 'submissions'}"


@cache
def _template() -> jinja2.Template:
    environment = template_environment(Path(__file__).parent / "templates")
    environment.filters |= {"number": shown_points, "percent": _percent, "signed": _signed, "submissions": _submissions}
    environment.filters["with_code"] = with_code
    environment.globals["checks_of"] = _checks_of
    return environment.get_template("class_report.html.jinja")
