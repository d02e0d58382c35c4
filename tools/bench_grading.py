"""Measures the grader: against otter-grader and nbgrader, by size of class, on Dask, and when it is killed.

Run it with `make bench`, or a part of it: ``python tools/bench_grading.py peers|sizes|dask|kills``. The peers go into
environments of their own below ``_build/bench``. It prints figures; what it checks is that all results are right.
"""

from __future__ import annotations

import argparse
import csv
import importlib.metadata
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import peer_graders
import psutil
import yaml
from class_maker import make_class, wrap
from kill_grading import kill_at_random

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))
from grading_run import EXERCISE, Grader, runs_kept  # noqa: E402
from local_dask import local_dask  # noqa: E402

PARTS = ("peers", "sizes", "dask", "kills")
WORKERS = 4
CHAPTER = "oil-in-exchange-for-kisses"
ROUNDS = 2
COPIES = 40  # of the ten submissions, to see what one more costs


@dataclass
class Measured:
    """One run of our grader.

    Attributes:
        seconds: wall time of the whole command.
        peak: resident memory of the grader, in MiB, at its highest.
        worker_peak: of the largest of its workers.
    """

    seconds: float
    peak: float
    worker_peak: float


def measure(submissions: Path, out: Path, expected: int, **how: object) -> Measured:
    """Grade, and see that every submission was run."""
    start = time.perf_counter()
    grader = Grader(submissions, out, **how)
    watch = _Memory(grader)
    code, said = grader.finish(3600)
    seconds = time.perf_counter() - start
    watch.stop()
    if code or len(runs_kept(out)) != expected:
        sys.exit(f"{len(runs_kept(out))} of {expected} runs: {said[-2000:]}")
    return Measured(seconds, watch.peak, watch.worker_peak)


class _Memory(threading.Thread):
    """Looks at the memory of a grader and of its workers, five times a second."""

    def __init__(self, grader: Grader) -> None:
        super().__init__(daemon=True)
        self.peak = self.worker_peak = 0.0
        self._grader, self._done = grader, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.2):
            try:
                process = psutil.Process(self._grader.process.pid)
                self.peak = max(self.peak, process.memory_info().rss / 2**20)
                for worker in self._grader.workers():
                    self.worker_peak = max(self.worker_peak, worker.memory_info().rss / 2**20)
            except psutil.Error:
                continue

    def stop(self) -> None:
        self._done.set()
        self.join()


@contextmanager
def small_course(folder: Path) -> Iterator[Path]:
    """A copy of the course whose only exercise is the peers' assignment; gives the folder to import it from."""
    course = folder / "course"
    for name in ("src", "chapters/data"):
        shutil.copytree(ROOT / name, course / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("_config.yml", "_toc.yml"):
        shutil.copy(ROOT / file, course)
    (course / "seeds").mkdir()
    (course / "chapters" / f"{CHAPTER}.md").touch()
    place = course / "exercises" / peer_graders.NAME
    place.mkdir(parents=True)
    front = {
        "jupytext": {"text_representation": {"extension": ".md", "format_name": "myst"}},
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "mystnb": {"execution_mode": "off"},
        "exercise": {"chapter": CHAPTER, "objectives": ["LO4"], "minutes": 10},
    }
    text = f"---\n{yaml.safe_dump(front)}---\n\n# Price gap\n\n{_cell(peer_graders.SETUP)}"
    for question, prompt in peer_graders.PROMPTS.items():
        text += f"\n## {question}. A question\n\n{prompt}\n\n{_cell(peer_graders.STARTERS[question], 'starter')}"
        text += f"\n{_cell(peer_graders.SOLUTIONS[question], 'solution, remove-cell')}"
        text += f"\n{_cell(f'check({question!r})', 'check')}"
    (place / "exercise.md").write_text(text)
    checks = {
        "1a": [
            {"expression": "len(subsidy)", "kind": "number", "expected": peer_graders.rows()},
            {"expression": "float(subsidy.loc[2006])", "kind": "number", "tolerance": 0.5, "public": False},
            {"expression": "float(top)", "kind": "number", "public": False},
        ],
        "1b": [
            {"expression": "ratio", "kind": "function", "inputs": [[50, 200]], "expected": [25], "tolerance": 0.01},
            {"expression": "ratio", "kind": "function", "inputs": [[46.68, 230], [10, 40]], "tolerance": 0.01,
             "public": False},
        ],
    }  # fmt: skip
    questions = [
        {"id": question, "title": "A question", "checks": [{**one, "message": "Look again."} for one in found]}
        for question, found in checks.items()
    ]
    (place / "checks.yml").write_text(yaml.safe_dump({"exercise": peer_graders.NAME, "questions": questions}))
    yield course / "src"


def _cell(source: str, tags: str = "") -> str:
    return f"```{{code-cell}} python\n{f':tags: [{tags}]' + chr(10) if tags else ''}{source}\n```\n"


def _hand_in(folder: Path, copies: int) -> int:
    """The ten submissions as our students hand them in, each several times; no two files are the same."""
    folder.mkdir()
    for copy in range(copies):
        for who, answers in peer_graders.ANSWERS.items():
            cells = [f"# copy {copy}\n{peer_graders.SETUP}", *answers]
            (folder / f"{who}-{copy:02}.ipynb").write_text(wrap(peer_graders.NAME, cells))
    return copies * len(peer_graders.ANSWERS)


def _is_right(out: Path) -> None:
    """Those who should have full marks have them, and nobody else."""
    with (out / "grades.csv").open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        right = row["student"].rpartition("-")[0] in peer_graders.RIGHT
        if (row["earned"] == row["points"]) != right:
            sys.exit(f"{row['student']} has {row['earned']} of {row['points']}")


def peers(folder: Path) -> None:
    """The same ten submissions of the same assignment. The graders take turns; of each the fastest turn counts."""
    names = list(peer_graders.ANSWERS)
    few, many = len(names), len(names) * COPIES
    print(f"the same {few} submissions of one small assignment (no figures), sandbox on, best of {ROUNDS} turns")
    otter, nbgrader = peer_graders.Otter(folder / "otter"), peer_graders.Nbgrader(folder / "nbgrader")
    otter.prepare()
    nbgrader.prepare()
    best: dict[str, float] = {}

    def keep(what: str, seconds: float) -> None:
        best[what] = min(seconds, best.get(what, seconds))

    with small_course(folder) as source:
        for turn in range(ROUNDS):
            for workers in (1, WORKERS):
                for copies in (1, COPIES):
                    place = folder / f"ours-{turn}-{workers}-{copies}"
                    _hand_in(place, copies)
                    how = {"exercise": peer_graders.NAME, "workers": workers, "source": source}
                    done = measure(place, folder / f"{place.name}-results", few * copies, **how)
                    keep(f"ours {workers} {copies}", done.seconds)
                    _is_right(folder / f"{place.name}-results")
            for workers in (1, WORKERS):
                seconds, scores = otter.grade(names, workers=workers)
                keep(f"otter {workers}", seconds / few)
                _peer_is_right(otter.name, scores)
            keep("nbgrader one", nbgrader.grade(names[:1])[0])
            seconds, scores = nbgrader.grade(names)
            keep("nbgrader", seconds)
            _peer_is_right(nbgrader.name, scores)
    ours = {}
    for workers in (1, WORKERS):
        ten, all_ = best[f"ours {workers} 1"], best[f"ours {workers} {COPIES}"]
        ours[workers] = (all_ - ten) / (many - few)
        print(
            f"  ours, {workers} worker{'s' * (workers > 1)}: {few} in {ten:.1f} s, of which most is the start of the "
            f"command; {many} in {all_:.1f} s: {1000 * ours[workers]:.1f} ms for each more"
        )
    more = (best["nbgrader"] - best["nbgrader one"]) / (few - 1)
    print(
        f"  {otter.name}, otter run: {best['otter 1']:.2f} s each; {WORKERS} at a time, by hand: "
        f"{best[f'otter {WORKERS}']:.2f} s each"
    )
    print(f"  {nbgrader.name}, autograde: {few} in {best['nbgrader']:.1f} s: {more:.2f} s for each more; it is serial")
    rows = (
        (f"{otter.name}, one at a time, ours with 1 worker", best["otter 1"] / ours[1]),
        (f"{otter.name}, {WORKERS} at a time, ours with {WORKERS} workers", best[f"otter {WORKERS}"] / ours[WORKERS]),
        (f"{nbgrader.name}, ours with 1 worker", more / ours[1]),
        (f"{nbgrader.name}, ours with {WORKERS} workers", more / ours[WORKERS]),
    )
    for what, ratio in rows:
        print(f"  times as long for each more: {what}: {ratio:.0f}")


def _peer_is_right(name: str, scores: dict[str, float]) -> None:
    full = {who for who, score in scores.items() if score == 4}
    if full != set(peer_graders.RIGHT):
        sys.exit(f"{name} gives full marks to {sorted(full)}")


def sizes(folder: Path, counts: list[int]) -> None:
    """What a submission costs in classes of several sizes."""
    print(f"{EXERCISE}, {WORKERS} workers, sandbox on")
    for figure in (False, True):
        for count in counts:
            place = folder / f"{count}-{figure}"
            make_class(place / "in", EXERCISE, count, figure=figure)
            got = measure(place / "in", place / "out", count, workers=WORKERS)
            print(
                f"  {count:>6,} submissions {'with one figure' if figure else 'without figures'}: {got.seconds:.1f} s, "
                f"{1000 * got.seconds / count:.1f} ms each; grader {got.peak:.0f} MiB, "
                f"largest worker {got.worker_peak:.0f} MiB",
                flush=True,
            )
            shutil.rmtree(place)


def dask(folder: Path, counts: list[int]) -> None:
    """Dask with as many local workers against the local pool."""
    for count in counts:
        place = folder / f"dask-{count}"
        make_class(place / "in", EXERCISE, count)
        here = measure(place / "in", place / "out", count, workers=WORKERS)
        with local_dask(place / "dask", workers=WORKERS) as running:
            first = measure(place / "in", place / "first", count, workers=WORKERS, scheduler=running.address)
            again = measure(place / "in", place / "second", count, workers=WORKERS, scheduler=running.address)
        print(
            f"  {count:>6,} submissions: local pool {here.seconds:.1f} s, Dask {first.seconds:.1f} s "
            f"with fresh workers ({100 * (first.seconds / here.seconds - 1):+.0f} %), {again.seconds:.1f} s again "
            f"({100 * (again.seconds / here.seconds - 1):+.0f} %); grader on Dask {again.peak:.0f} MiB",
            flush=True,
        )
        shutil.rmtree(place)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--dask-sizes", type=int, nargs="+", default=[2000, 10_000])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None, help="of the moments of killing (default: by chance)")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    parts = options.parts or PARTS
    cpu = next((x.split(":")[1].strip() for x in _lines("/proc/cpuinfo") if x.startswith("model name")), "")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pandas", "matplotlib"))
    print(f"{platform.system()} {platform.release()}, {os.cpu_count()} processors {cpu}, Python "
          f"{platform.python_version()}, {versions}; load before: {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if "peers" in parts:
            peers(folder)
        if "sizes" in parts:
            sizes(folder, options.sizes)
        if "dask" in parts:
            dask(folder, options.dask_sizes)
        if "kills" in parts:
            kill_at_random(folder, options.kills, options.seed)
    print(f"load after: {os.getloadavg()[0]:.1f}")


def _lines(file: str) -> list[str]:
    return Path(file).read_text().splitlines() if Path(file).is_file() else []


if __name__ == "__main__":
    main()
