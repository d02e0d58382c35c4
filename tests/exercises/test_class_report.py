"""The class report: its numbers agree with numpy, hostile answers stay text, memory does not grow with the class."""

from __future__ import annotations

import csv
import io
import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext
from sample_marks import HOSTILE, a_class, check, not_graded, sample

from unionstate.exercises.class_report import report_html, report_table, write_class_report
from unionstate.exercises.marks import NOT_ANSWERED, Marks
from unionstate.exercises.tally import Correlation, tally

GOLDEN = Path(__file__).parent / "golden"


def words_of(html: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.decode().split("<body>")[1]).split())


def table_of(content: bytes) -> dict[str, dict[str, str]]:
    return {row["id"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))}


def a_mixed_class() -> Iterator[Marks]:
    yield not_graded(file="bob.pdf")
    yield from a_class(40)
    yield sample(student="twin-1", content="ff" * 32)
    yield sample(student="twin-2", content="ff" * 32, outcome="time", message="It took too long.", file="x.ipynb")


def test_the_table_reads_as_it_was_read_once(tmp_path: Path) -> None:
    _, table = write_class_report(a_mixed_class(), tmp_path, missing=2)
    golden = GOLDEN / "class-report.csv"
    if not golden.exists():
        golden.write_bytes(table.read_bytes())
        pytest.fail("class-report.csv was missing and is written: read it and run the test again")
    assert table.read_bytes() == golden.read_bytes()


def test_success_and_discrimination_agree_with_numpy() -> None:
    marks = list(a_class(200, seed=7))
    table = table_of(report_table(tally(marks)))
    earned = np.array([[one.earned for one in mark.checks] for mark in marks])
    total = earned.sum(axis=1)
    for place, one in enumerate(marks[0].checks):
        row = table[one.id]
        assert int(row["passed"]) == (earned[:, place] == one.points).sum()
        assert float(row["success_rate"]) == pytest.approx((earned[:, place] == one.points).mean(), abs=5e-4)
        if one.id == "4b.2":
            assert (row["discrimination"], row["why_no_discrimination"]) == ("", "all have the same points here")
        else:
            expected = np.corrcoef(earned[:, place], total - earned[:, place])[0, 1]
            assert float(row["discrimination"]) == pytest.approx(expected, abs=5e-4)
            assert expected > 0.3  # in this class the abler pass more
    question = earned[:, :3].sum(axis=1)
    assert float(table["4a"]["discrimination"]) == pytest.approx(
        np.corrcoef(question, total - question)[0, 1], abs=5e-4
    )


def test_who_gave_no_answer_gave_no_wrong_one() -> None:
    left = check("4a.1", earned=0, message=f"{NOT_ANSWERED}`x` is still `...`.")
    counted = tally(
        [sample(checks=(one,)) for one in (left, left, check("4a.1", earned=0, message="Look.", given="3"))]
    )
    part = counted.checks["4a.1"]
    assert (part.unanswered, [(one.value, one.count) for one in part.commonest_wrong()]) == (2, [("3", 1)])
    assert table_of(report_table(counted))["4a.1"]["unanswered"] == "2"


def test_a_check_that_the_able_miss_discriminates_below_zero() -> None:
    marks = [
        sample(
            checks=(check("4a.1", earned=able), check("4a.2", earned=able), check("4a.3", earned=1 - able)),
        )
        for able in (0, 1) * 10
    ]
    counted = tally(marks)
    assert counted.checks["4a.3"].discrimination == pytest.approx(-1)
    assert counted.questions["4a"].why_undefined == "all have the same points in the rest"
    assert "−1.00 low" in words_of(report_html(counted))


def test_the_correlation_does_not_cancel() -> None:
    dice = random.Random(3)
    pairs = [(1e9 + dice.random(), 1e9 + dice.random()) for _ in range(500)]
    both = Correlation()
    for x, y in pairs:
        both.add(x, y)
    shifted = np.array(pairs) - 1e9
    assert both.coefficient() == pytest.approx(np.corrcoef(shifted.T)[0, 1], abs=1e-4)


def test_of_few_submissions_no_correlation_is_told() -> None:
    table = table_of(report_table(tally(a_class(4))))
    assert {row["why_no_discrimination"] for row in table.values()} == {"fewer than 5 submissions"}


def test_the_page_tells_what_an_instructor_asks() -> None:
    words = words_of(report_html(tally(a_mixed_class()), missing=2))
    assert "43 submissions, 42 graded; 2 of the roster handed in nothing" in words
    assert "bob bob.pdf not graded The file is no notebook." in words
    assert "twin-2 x.ipynb time It took too long." in words
    assert "2: twin-1 , twin-2" in words
    assert "4a.3 (hidden)" in words
    assert "This is in billions. Give millions. yes" in words
    assert "Graded without the sandbox" not in words
    assert "Graded without the sandbox: 1 submission." in words_of(report_html(tally([sample(sandboxed=False)])))


def test_half_of_the_class_is_half_of_the_class() -> None:
    def a_score(earned: float) -> Marks:
        return sample(checks=(check("4a.1", earned=earned, points=10),))

    for scores, half in (([0], 0), ([1, 9], 9), ([1, 5, 9], 5), ([1, 5, 5, 9], 5), ([0, 0, 0, 10], 0)):
        assert tally(map(a_score, scores)).upper_half() == half


@pytest.mark.parametrize("marks", [[], [not_graded()], [sample()], [sample(checks=())]])
def test_the_smallest_classes_have_a_report(tmp_path: Path, marks: list[Marks]) -> None:
    page, table = write_class_report(marks, tmp_path)
    assert page.read_bytes().startswith(b"<!DOCTYPE html>") and table.read_bytes().startswith(b"\xef\xbb\xbfkind,id,")


def test_answers_of_students_are_text_and_no_formula(tmp_path: Path) -> None:
    marks = [
        sample(
            student=HOSTILE, name=HOSTILE, file=HOSTILE, outcome="time", message=HOSTILE, content="x",
            checks=(check("4a.1", earned=0, given=given, message=HOSTILE),),
        )
        for given in (HOSTILE, "=1+1", "</code><script>alert(1)</script>", "\u202e", "-1", "x" * 10_000)
    ]  # fmt: skip
    page, table = write_class_report(marks, tmp_path)
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and "\u202e" not in html and "x" * 100 not in html
    cells = [cell for row in csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@")]


def test_memory_does_not_grow_with_what_a_class_writes() -> None:
    def guesses(size: int) -> Iterator[Marks]:
        for number in range(size):
            wrong = check("4a.1", earned=0, given=f"{number}" * 20, message="No.")
            yield sample(student=f"s{number}", checks=(wrong,), content=f"{number:064x}", notes=("n" * 1000,))

    def peak(size: int) -> int:
        tracemalloc.start()
        counted = tally(guesses(size))
        try:
            assert counted.checks["4a.1"].wrong.total() + counted.checks["4a.1"].uncounted == size
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(4_500) - peak(1_500) < 3_000 * 400  # bytes: a hash and a key for each, to find identical files


@pytest.mark.parametrize(("scheme", "axe_at"), [("light", 390), ("dark", 1280)])
def test_the_page_is_whole_and_without_barriers(
    new_context: Callable[..., BrowserContext], tmp_path: Path, scheme: str, axe_at: int
) -> None:
    many = [sample(student=HOSTILE * 3, outcome="memory", message=HOSTILE * 9), *a_mixed_class()]
    file, _ = write_class_report([*many, sample(sandboxed=False)], tmp_path, missing=1)
    for width in (390, 1280):
        page = new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"] if width == axe_at else []
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
        assert asked == [file.as_uri()]
        assert page.locator("svg[role=img]").count() == 2
