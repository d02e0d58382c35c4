"""The commands ``unionstate grade`` and ``unionstate regrade``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from unionstate.errors import CourseError, shown_path
from unionstate.worker_processes import load_early

_SHOWN = 20  # problems that are listed on the screen; all are in problems.csv
WARNING = (
    "WARNING: grading without a sandbox. The code of every submission runs with your rights: it can read, change and "
    "delete your files and reach the network. Each feedback file and the class report say so."
)


def add_commands(commands: Any) -> None:
    """Add the two commands to the parser of the command line."""
    grade = commands.add_parser("grade", help="grade a folder or zip of submissions")
    grade.add_argument("path", type=Path, metavar="FOLDER-or-ZIP", help="submissions, as Moodle or Canvas gives them")
    grade.add_argument(
        "--assignment", type=Path, metavar="FILE", help="assignment.json, as 'unionstate assign' wrote it"
    )
    grade.add_argument("--exercise", default="", metavar="NAME", help="instead: an exercise as it stands in the book")
    grade.add_argument("--out", type=Path, default=Path("results"), help="results folder (default: results)")
    grade.add_argument("--workers", type=_count, metavar="N", help="processes (default: one for each processor)")
    grade.add_argument("--scheduler", default="", metavar="ADDRESS", help="work on a Dask scheduler: tcp://HOST:8786")
    grade.add_argument(
        "--canvas-assignment", default="", metavar="HEADER", help="its column in Canvas's gradebook: 'Title (number)'"
    )
    grade.add_argument("--retry", action="store_true", help="run again what was stopped before for its time or memory")
    grade.add_argument("--unsandboxed", action="store_true", help="run students' code with your own rights: dangerous")
    grade.set_defaults(run=_grade)

    regrade = commands.add_parser("regrade", help="mark results again after a check was corrected")
    regrade.add_argument("results", type=Path, metavar="RESULTS", help="the folder that 'unionstate grade' wrote")
    regrade.add_argument("--assignment", type=Path, metavar="FILE", help="stop if the results are of another one")
    regrade.add_argument("--workers", type=_count, metavar="N", help="processes (default: one for each processor)")
    regrade.set_defaults(run=_regrade)


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text) <= 1024:
        return int(text)
    raise CourseError(f"{text!r} is no number of processes.", remedy="Give a whole number from 1, such as 4.")


def _grade(options: argparse.Namespace) -> int:
    if options.unsandboxed:
        print(f"\n{'=' * 78}\n{WARNING}\n{'=' * 78}\n", file=sys.stderr)
    if options.scheduler:
        from unionstate.exercises.distribute import connected

        with connected(options.scheduler, sandbox=not options.unsandboxed, workers=options.workers or 1) as cluster:
            done = _graded(options, workers=cluster.workers, executor=cluster)
    else:
        load_early()
        done = _graded(options, workers=options.workers)
    print(f"{_submissions(done)}: {done.ran:,} run now, {done.kept:,} had run or are the same as another.")
    if done.missing:
        print(f"{done.missing:,} of the roster handed in nothing.")
    return _tell(done)


def _graded(options: argparse.Namespace, **where: Any) -> Any:
    from unionstate.exercises.grade import grade

    try:
        return grade(
            options.path,
            out=options.out,
            assignment=options.assignment,
            exercise=options.exercise,
            sandbox=not options.unsandboxed,
            canvas_assignment=options.canvas_assignment,
            retry=options.retry,
            **where,
        )
    except KeyboardInterrupt:
        print("\nWhat is finished is kept: give the same command again to do the rest.", file=sys.stderr)
        raise


def _regrade(options: argparse.Namespace) -> int:
    load_early()
    from unionstate.exercises.regrade import CHANGES, regrade

    done = regrade(options.results, assignment=options.assignment, workers=options.workers)
    changed = f"for {done.changed:,}, listed in {shown_path(done.folder / CHANGES)}" if done.changed else "for nobody"
    print(
        f"{_submissions(done)}: {done.kept:,} marked again without running them, {done.again:,} run again; "
        f"points changed {changed}."
    )
    return _tell(done)


def _submissions(done: Any) -> str:
    return f"{done.submissions:,} submission{'' if done.submissions == 1 else 's'}"


def _tell(done: Any) -> int:
    for remark in done.remarks[:_SHOWN]:
        print(f"Look at this: {remark}")
    print(
        f"Written: {', '.join(shown_path(file) for file in done.files)}; "
        f"feedback in {shown_path(done.folder)}/feedback/."
    )
    if not done.problems:
        return 0
    print(f"Problems with {len(done.problems):,}, listed in problems.csv:", file=sys.stderr)
    for problem in done.problems[:_SHOWN]:
        print(f"  {problem}", file=sys.stderr)
    if len(done.problems) > _SHOWN:
        print(f"  … and {len(done.problems) - _SHOWN:,} more.", file=sys.stderr)
    return 3
