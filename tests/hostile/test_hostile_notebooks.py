"""Hostile notebooks: no point that was not earned, no way out, no effect on the next submission."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from canaries import Canaries
from corpus import EXERCISE, NEEDS_SANDBOX, Case, Pair, as_notebook, honest_cells, read_cases, read_pairs, source_of
from families import MemoryWatch, adopt_orphans, descendants, wait_for_the_end_of

from unionstate.exercises.plain import Malformed, decode
from unionstate.exercises.runs import Job, Run

pytestmark = NEEDS_SANDBOX

CASES, PAIRS = list(read_cases()), read_pairs()
SECONDS, CELL_SECONDS, MEMORY_MB, OUTPUT_KB, RESULT_KB = 1.5, 0.4, 512, 16, 512
GRACE = 2.0  # seconds beyond the limit until a run that is over time must be back
NEIGHBOUR_SECRET = "neighbour-secret-8c1f"
# run while an honest submission is run again and again beside them
NOISY = {
    "fork-bomb-that-shrugs", "memory-by-many-processes", "fill-every-folder", "catches-everything", "kills-everyone",
    "fifty-megabytes-printed", "result-without-end", "stops-its-parent",
}  # fmt: skip


@dataclasses.dataclass
class Bench:
    """One runner, the exercise with its expected values, and the canaries around them."""

    runner: Any
    canaries: Canaries
    exercise: Any
    variant: Any
    key: Any
    names: tuple[str, ...]
    second_runner: Any
    family: int = 0
    honest_run: Run | None = None

    def job(self, cells: list[str], variant: Any = None) -> Job:
        """What is run for a notebook with these cells."""
        from unionstate.exercises.mark import job_for
        from unionstate.exercises.student_notebook import read_notebook

        return job_for(self.exercise, variant or self.variant, read_notebook(as_notebook(cells)))

    def run(self, cells: list[str], runner: Any = None, variant: Any = None) -> Run:
        """Run a notebook with these cells."""
        return (runner or self.runner).run(self.job(cells, variant))

    def earned(self, run: Run) -> dict[str, float]:
        """Points by question."""
        from unionstate.exercises.mark import mark

        points: dict[str, float] = {}
        for check in mark(self.exercise, self.key, run).checks:
            points[check.question] = points.get(check.question, 0) + check.earned
        return points

    def worth(self) -> dict[str, float]:
        """The points there are, by question."""
        return {one.id: sum(check.points for check in one.checks) for one in self.exercise.questions}

    def honest(self, runner: Any = None) -> Run:
        """Run the full solution, which holds a secret that no other submission may see."""
        own = f"# {NEIGHBOUR_SECRET}-source\nprivate = '{NEIGHBOUR_SECRET}-value'\nprint(private * 20)"
        return self.run([own, *(cell for cells in honest_cells().values() for cell in cells)], runner)


def _runner(**limits: float) -> Any:
    from unionstate.exercises.runner import Limits, Runner

    return Runner(Limits(**{
        "seconds": SECONDS, "cell_seconds": CELL_SECONDS, "cpu_seconds": 3, "memory_mb": MEMORY_MB, "processes": 16,
        "scratch_mb": 16, "output_kb": OUTPUT_KB, "result_kb": RESULT_KB, **limits,
    }))  # fmt: skip


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    from unionstate.exercises.answer_key import answer_key
    from unionstate.exercises.mark import job_for
    from unionstate.exercises.source import load_exercise
    from unionstate.exercises.student_notebook import read_notebook
    from unionstate.exercises.variants import default_variant

    adopt_orphans()
    exercise = load_exercise(EXERCISE)
    variant = default_variant(exercise)
    names = job_for(exercise, variant, read_notebook(as_notebook(["1"]))).names
    with (
        Canaries(tmp_path_factory.mktemp("host") / "canary") as canaries,
        _runner() as runner,
        _runner(seconds=20, cell_seconds=10, cpu_seconds=20) as second,
    ):
        made = Bench(runner, canaries, exercise, variant, answer_key(exercise, variant), names, second)
        made.honest_run = made.honest()
        _assert_behind_walls(made)
        made.honest(second)
        made.family = len(descendants())
        yield made


def _assert_behind_walls(bench: Bench) -> None:
    """Nothing hostile is run where it could do harm: without walls the tests stop here."""
    probe = (
        f"import os\ntry:\n    os.kill({bench.canaries.process.pid}, 0)\n    print('OUT')\nexcept OSError:\n    pass\n"
        f"out = os.getpid() > 9 or os.path.exists({bench.canaries.known['file']!r})\nprint('OUT' if out else 'walled')"
    )
    run = bench.run([probe])
    if not run.sandboxed or run.cells[-1].output.strip() != "walled":
        pytest.exit(f"the runner has no sandbox, so nothing hostile is run: {run}", returncode=1)


def _same(one: Run, other: Run) -> bool:
    return dataclasses.replace(one, seconds=0) == dataclasses.replace(other, seconds=0)


def _assert_contained(bench: Bench, run: Run, limit: float = SECONDS) -> None:
    """What holds for every run, whatever was in it."""
    text = json.dumps(run.to_json(), allow_nan=False)
    text.encode("utf-8")
    assert Run.from_json(json.loads(text)) == run
    assert len(text) < (2 * OUTPUT_KB + 2 * RESULT_KB) * 1024 + 200_000, f"{len(text)} characters came back"
    said = "\n".join(cell.output for cell in run.cells) + json.dumps(run.names)
    assert "ESCAPED" not in said, said[said.index("ESCAPED") :][:300]
    assert bench.canaries.secret not in text
    assert NEIGHBOUR_SECRET not in text
    assert "Traceback" not in run.message and len(run.message) < 1000
    assert bool(run.message) == (run.outcome != "finished")
    assert run.seconds < limit + GRACE
    assert set(run.names) <= set(bench.names)
    started = time.monotonic()
    for value in [*run.names.values(), *run.calls.values()]:
        with contextlib.suppress(Malformed):
            decode(value)
    assert time.monotonic() - started < 2
    assert bench.canaries.touched() == []


def _assert_neighbour_unharmed(bench: Bench) -> None:
    started = time.monotonic()
    run = bench.honest()
    assert _same(run, bench.honest_run), run
    assert bench.earned(run) == bench.worth()
    assert time.monotonic() - started < 5
    extra = descendants()
    if len(extra) > bench.family:  # what has been killed may take a moment to be gone
        left = wait_for_the_end_of(extra, 0.1)
        assert len(left) <= bench.family, f"{len(left)} processes, {bench.family} before"


def test_the_corpus_is_as_large_as_promised():
    assert len(CASES) >= 100
    assert len({case.name for case in CASES} | {pair.name for pair in PAIRS}) == len(CASES) + len(PAIRS)


def test_the_honest_submission_gets_full_marks(bench: Bench):
    assert bench.honest_run.outcome == "finished", bench.honest_run
    assert bench.earned(bench.honest_run) == bench.worth()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_hostile_notebook(case: Case, bench: Bench):
    watch = MemoryWatch()
    beside = _Beside(bench) if case.name in NOISY else None
    started = time.monotonic()
    if beside:
        beside.start()
    if case.watch_memory:
        with watch:
            run = bench.run(source_of(case, bench.canaries.known, bench.names))
    else:
        run = bench.run(source_of(case, bench.canaries.known, bench.names))
    took = time.monotonic() - started
    if beside:
        beside.stop()
    assert run.outcome in case.outcomes, run
    assert took < SECONDS + GRACE, f"{took:.1f} s"
    assert watch.peak < 2.5 * MEMORY_MB, f"{watch.peak:.0f} MB"
    _assert_contained(bench, run)
    earned, worth = bench.earned(run), bench.worth()
    assert {question for question, points in earned.items() if points} <= case.may_earn
    assert {question for question in case.must_earn if earned[question] < worth[question]} == set(), run
    _assert_neighbour_unharmed(bench)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_nothing_is_handed_from_one_submission_to_the_next(pair: Pair, bench: Bench):
    for part in (pair.leave, pair.find):
        case = Case(pair.name, pair.tries, (part,), frozenset({"finished", "stopped"}))
        run = bench.run(source_of(case, bench.canaries.known, bench.names))
        _assert_contained(bench, run)
    assert run.outcome == "finished", run
    assert not run.cells[-1].error, run
    assert "FOUND" not in run.cells[-1].output
    _assert_neighbour_unharmed(bench)


class _Beside:
    """Runs the honest submission in a runner of its own, again and again, while something hostile runs."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.runs: list[Run] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _go(self) -> None:
        while not self._over.is_set():
            self.runs.append(self.bench.honest(self.bench.second_runner))

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        assert self.runs
        for run in self.runs:
            assert _same(run, self.bench.honest_run), run


def _solution_of(bench: Bench, variant: Any) -> list[str]:
    return [cell.source for cell in bench.exercise.code("solution", variant.parameters)]


def _two_students(bench: Bench) -> tuple[Any, Any]:
    """Two variants that have no parameter in common."""
    from unionstate.exercises.variants import draw

    drawn = [draw(bench.exercise, b"the secret of an instructor, 32 b", f"student-{number}") for number in range(200)]
    first = drawn[0]
    return first, next(
        one for one in drawn if all(one.parameters[name] != first.parameters[name] for name in one.parameters)
    )


@pytest.mark.parametrize("after", ["", "parameters", "forged"])
def test_the_notebook_of_a_friend_earns_what_is_right_for_oneself(after: str, bench: Bench):
    """Whatever the copied notebook says of its parameters: the answers are compared with those of one's own variant."""
    from unionstate.exercises.answer_key import answer_key
    from unionstate.exercises.mark import mark

    own, friends = _two_students(bench)
    cells = _solution_of(bench, friends)
    if after == "parameters":
        cells.append("\n".join(f"{name} = {value!r}" for name, value in own.parameters.items()))
    if after == "forged":
        cells.append("class Yes(int):\n    __eq__ = lambda *_: True\n    __hash__ = int.__hash__")
        cells.append(f"for name in {sorted(own.parameters)}:\n    globals()[name] = Yes()")
    run = bench.run(cells, variant=own)
    keys = [answer_key(bench.exercise, one) for one in (own, friends)]
    marks = mark(bench.exercise, keys[0], run, parameters=own.parameters)
    got = {check.id for check in marks.checks if check.earned}
    assert got <= {check for check in keys[0] if repr(keys[0][check].value) == repr(keys[1][check].value)}
    assert sum(check.earned for check in marks.checks) < sum(check.points for check in marks.checks) / 2
    # the friend's own marks are not touched by it
    friend = mark(
        bench.exercise, keys[1], bench.run(_solution_of(bench, friends), variant=friends), parameters=friends.parameters
    )
    assert all(check.earned == check.points for check in friend.checks)


def test_parameters_overwritten_afterwards_change_nothing(bench: Bench):
    from unionstate.exercises.answer_key import answer_key
    from unionstate.exercises.mark import mark

    own, friends = _two_students(bench)
    cells = [*_solution_of(bench, own), "\n".join(f"{name} = {value!r}" for name, value in friends.parameters.items())]
    run = bench.run(cells, variant=own)
    marks = mark(bench.exercise, answer_key(bench.exercise, own), run, parameters=own.parameters)
    missed = {check.id for check in marks.checks if check.earned < check.points}
    functions = {
        check.id for check in marks.checks if check.id in {call.id.partition("/")[0] for call in bench.job(["1"]).calls}
    }
    assert missed <= functions  # a function may use a parameter when it is called; that is the student's own doing


def test_the_canaries_sing(tmp_path: Path):
    """Every way out that the tests watch is noticed."""
    with Canaries(tmp_path / "a") as canaries:
        known = canaries.known
        assert canaries.touched() == []
        calls = [
            (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", known["port"])),
            (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", known["udp_port"])),
            (socket.AF_UNIX, socket.SOCK_STREAM, known["socket"]),
            (socket.AF_UNIX, socket.SOCK_STREAM, "\0" + known["abstract"]),
        ]
        for number, (family, kind, address) in enumerate(calls, 1):
            with socket.socket(family, kind) as one:
                one.connect(address)
                one.send(b"out")
                assert len(canaries.touched()) == number
        (canaries.folder / "new").touch()
        assert f"{canaries.folder / 'new'} is new" in canaries.touched()
        canaries.process.terminate()
        canaries.process.wait()
        assert "the canary process has ended" in canaries.touched()
