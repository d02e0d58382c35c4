"""Collects the results files of a class into one table; every score is computed again from the answers."""

from __future__ import annotations

import csv
import glob
import io
import json
import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from unionstate.errors import CourseError, CourseErrors, shown_path
from unionstate.paths import chapters_path
from unionstate.quiz.export.files import write_whole
from unionstate.quiz.items import Item, Numeric, Predict, Quiz
from unionstate.quiz.load import load_chapter_quiz
from unionstate.quiz.readings import normalized, read_numbers
from unionstate.quiz.records import Record, answer_in_words, read_record
from unionstate.quiz.render import inline_text
from unionstate.quiz.results import Results, iso, read_results
from unionstate.spreadsheets import defused, one_line

COLUMNS = (
    "person", "file", "quiz", "item", "type", "objective", "difficulty", "answer", "score", "misconceptions",
    "attempts", "answered_at",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "quiz", "item", "type", "prompt", "shown", "answered", "mean_score", "commonest_wrong_answer", "given_by",
    "misconceptions",
)  # fmt: skip


@dataclass(frozen=True)
class _Row:
    """One item that was shown to one person, and the answer, if there is one."""

    person: str
    file: str
    quiz: str
    item: Item
    record: Record | None

    @property
    def wrong(self) -> bool:
        """Whether the answer is marked and not fully right; a probability is neither right nor wrong."""
        score = self.record.judgement.score if self.record else None
        return score is not None and score < 1 and not isinstance(self.item, Predict)


@dataclass
class _Class:
    """What was collected so far."""

    rows: list[_Row] = field(default_factory=list)
    files: int = 0
    left_out: list[CourseError] = field(default_factory=list)
    answers_left_out: int = 0
    by_content: dict[tuple[str, ...], str] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    by_run: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def collect_results(
    patterns: Sequence[str],
    out: Path,
    say: Callable[[str], None] = print,
    complain: Callable[[str], None] = lambda line: print(line, file=sys.stderr),
) -> bool:
    """Collect results files into a class table and, beside it, a summary of the items.

    Args:
        patterns: files, or patterns such as ``results/*.json`` where the shell does not expand them.
        out: the table; the summary is written beside it, ``class.csv`` with ``class-summary.csv``.
        say: told the summary.
        complain: told every file and answer that is left out, with the reason.

    Returns:
        Whether nothing was left out.

    Raises:
        CourseError: if no file can be used, if a quiz of the course is faulty, or if a table cannot be written.
    """
    if not out.name:
        raise CourseError("This is no name of a file.", file=out, remedy="For example: --out class.csv")
    summary = out.with_name(f"{out.stem}-summary{out.suffix}")
    for path, columns in ((out, COLUMNS), (summary, SUMMARY_COLUMNS)):
        _may_write(path, columns)
    collected = _Class()
    for file in _expand(patterns, collected.left_out):
        try:
            _take(file, read_results(file), collected)
        except CourseErrors:
            raise  # the quiz itself is faulty: no file of it could be read
        except CourseError as problem:
            collected.left_out.append(problem)
    for problem in collected.left_out:
        complain(f"Left out: {one_line(str(problem))}")
    if not collected.files:
        raise CourseError("No results file could be used; no table is written.", remedy="See the reasons above.")
    for line in _remarks(collected):
        say(line)
    lines = _summary(collected.rows)
    write_whole(out, _table(COLUMNS, (_cells(row) for row in collected.rows)))
    write_whole(summary, _table(SUMMARY_COLUMNS, lines))
    _tell(collected, lines, out, summary, say)
    return not collected.left_out


def _may_write(path: Path, columns: Sequence[str]) -> None:
    """A table that was made here may be made anew; anything else of that name is someone's own."""
    if not os.path.lexists(path):
        return
    start = ""
    if path.is_file():
        with path.open("rb") as stream:
            start = stream.read(1000).decode("utf-8-sig", errors="replace")
    if start.split("\r\n")[0] != ",".join(columns):
        raise CourseError(
            "This is there already, and it is no table of results.", file=path, remedy="Name another: --out FILE.csv"
        )


def _expand(patterns: Sequence[str], left_out: list[CourseError]) -> Iterable[Path]:
    seen: set[str] = set()
    for pattern in patterns:
        files = [pattern]
        if glob.has_magic(pattern) and not os.path.lexists(pattern):
            files = sorted(glob.glob(pattern))
            if not files:
                left_out.append(CourseError("No file fits this pattern.", file=pattern, remedy="Check the folder."))
        for file in files:
            place = os.path.realpath(file)
            if place in seen:
                left_out.append(CourseError("The file is named twice.", file=file, remedy="It is taken once."))
            else:
                seen.add(place)
                yield Path(file)


def _take(file: Path, results: Results, collected: _Class) -> None:
    """Judge the answers of a file and add them.

    Raises:
        CourseError: if nothing of the file can be used.
    """
    quiz = _quiz(results.chapter, file)
    name, shown = " ".join(results.name.split()), one_line(shown_path(file))
    content = (results.run, name, results.chapter, json.dumps(results.kept, sort_keys=True))
    if content in collected.by_content:
        raise CourseError(f"The same as {collected.by_content[content]}.", file=file, remedy="It is taken once.")
    collected.by_content[content] = shown
    by_id = {item.id: item for item in quiz.items}
    records: dict[str, Record] = {}
    for item_id, kept in results.kept.items():
        try:
            if item_id not in by_id:
                raise ValueError("there is no such item any more")
            if kept is not None:
                records[item_id] = read_record(by_id[item_id], kept)
        except ValueError as problem:
            collected.answers_left_out += 1
            collected.left_out.append(
                CourseError(
                    f"The answer to {item_id!r:.80}: {problem}.",
                    file=file,
                    remedy="Collect with the course as it was when the quiz was given; the other answers are taken.",
                )
            )
    for item in quiz.items:
        if item.id in results.kept:
            collected.rows.append(_Row(name or file.stem, shown, results.chapter, item, records.get(item.id)))
    collected.files += 1
    collected.by_run[results.run].append(shown)
    if name:
        collected.by_name[name.casefold(), results.chapter].append(shown)


def _quiz(chapter: str, file: Path) -> Quiz:
    # a name in a file that someone handed in must not become a path
    if chapter not in {path.stem for path in (chapters_path() / "quizzes").glob("*.yml")}:
        raise CourseError(
            f"It answers the quiz {chapter!r:.80}, which is not in this course.",
            file=file,
            remedy="Collect it with the course it comes from.",
        )
    return load_chapter_quiz(chapter)


def _remarks(collected: _Class) -> Iterable[str]:
    """What an instructor should look at, though nothing is left out."""
    told: list[list[str]] = []
    for (_, chapter), files in collected.by_name.items():
        if len(files) > 1:
            told.append(files)
            yield f"Of the same person, for {chapter}: {', '.join(files)}. All are kept."
    for files in collected.by_run.values():
        if len(files) > 1 and not any(set(files) <= set(group) for group in told):
            yield f"From one run of the quiz, perhaps copies: {', '.join(files)}. All are kept."


def _cells(row: _Row) -> list[str]:
    item, record = row.item, row.record
    cells = [row.person, row.file, row.quiz, item.id, item.type, item.objective, str(item.difficulty)]
    if record is None:
        return [*cells, "", "", "", "", ""]
    return [
        *cells,
        answer_in_words(item, record.answer),
        _number(record.judgement.score),
        _misconceptions(row),
        str(record.attempts),
        iso(record.at) if record.at else "",
    ]


def _misconceptions(row: _Row) -> str:
    if not row.record or row.record.judgement.score == 1:
        return ""
    named = (row.item.lines[place].misconception for place in row.record.judgement.lines)
    return "; ".join(dict.fromkeys(one for one in named if one))


def _summary(rows: list[_Row]) -> list[list[str]]:
    """A line for each item: how many it was shown to, how many answered, their mean score, their commonest fault."""
    by_item: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        by_item[row.quiz, row.item.id].append(row)
    lines = []
    for (chapter, item_id), shown in by_item.items():
        item = shown[0].item
        answered = [row.record for row in shown if row.record]
        scores = [record.judgement.score for record in answered if record.judgement.score is not None]
        wrong = [row for row in shown if row.wrong]
        commonest = Counter(_alike(row) for row in wrong).most_common(1)
        example = next((row for row in wrong if commonest and _alike(row) == commonest[0][0]), None)
        lines.append(
            [
                chapter,
                item_id,
                item.type,
                inline_text(item.prompt),
                str(len(shown)),
                str(len(answered)),
                _number(sum(scores) / len(scores) if scores else None),
                answer_in_words(item, example.record.answer) if example and example.record else "",
                str(commonest[0][1]) if commonest else "",
                _misconceptions(example) if example else "",
            ]
        )
    return lines


def _alike(row: _Row) -> object:
    """The same for answers that are one answer, however they are typed."""
    answer = row.record.answer if row.record else ""
    if not isinstance(answer, str):
        return tuple(answer)
    return tuple(read_numbers(answer, row.item.key["units"])) if isinstance(row.item, Numeric) else normalized(answer)


def _tell(collected: _Class, lines: list[list[str]], out: Path, summary: Path, say: Callable[[str], None]) -> None:
    chapter = ""
    for line in lines:
        named = dict(zip(SUMMARY_COLUMNS, line, strict=True))
        if named["quiz"] != chapter:
            chapter = named["quiz"]
            say(chapter)
        text = f"  {named['item']}: {named['answered']} of {named['shown']} answered"
        text += f", mean score {named['mean_score']}" if named["mean_score"] else ""
        if named["commonest_wrong_answer"]:
            text += f"; most often wrong ({named['given_by']}): {one_line(named['commonest_wrong_answer']):.100}"
        say(text)
    faulty = len(collected.left_out) - collected.answers_left_out
    say(
        f"Files: {collected.files} collected, {faulty} left out; answers left out: {collected.answers_left_out}. "
        f"{shown_path(out)}: {len(collected.rows)} rows; {shown_path(summary)}: {len(lines)} rows."
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """CSV with a byte order mark, without which Excel takes Cyrillic for something else."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"
