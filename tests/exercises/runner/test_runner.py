"""Running a job: what comes back of cells, names, calls, output, and what limits do. In the sandbox and without."""

import ast
import json
import os
import signal
import sys

import pytest
from sandboxes import NO_SANDBOX

import unionstate.exercises.runner as runner_package
from unionstate.errors import CourseError
from unionstate.exercises.plain import decode
from unionstate.exercises.runner import Limits, Runner, sandbox
from unionstate.exercises.runner.child import NO_NETWORK, NO_POOLS
from unionstate.exercises.runner.ipython_cells import ENDED
from unionstate.exercises.runs import Call, Cell, Job, call_error
from unionstate.notebooks import convert
from unionstate.paths import exercises_path

LIMITS = Limits(
    seconds=4, cell_seconds=1, cpu_seconds=3, memory_mb=300, processes=16, scratch_mb=4, output_kb=4, result_kb=256
)


@pytest.fixture(
    scope="module", params=[pytest.param(True, marks=NO_SANDBOX, id="sandbox"), pytest.param(False, id="plain")]
)
def runner(request):
    with Runner(LIMITS, sandbox=request.param) as made:
        yield made


def run(runner, *sources, names=(), calls=()):
    return runner.run(Job(tuple(Cell(n, text) for n, text in enumerate(sources, 1)), tuple(names), tuple(calls)))


def values(made):
    return {name: decode(value) for name, value in made.names.items()}


def test_names_come_back_and_missing_ones_are_left_out(runner):
    made = run(runner, "import pandas as pd", "a = 1\nb = pd.Series([1.5])", "del a", names=["a", "b", "c"])
    assert made.outcome == "finished" and made.message == "" and made.sandboxed is runner.sandboxed
    assert list(made.names) == ["b"] and values(made)["b"].tolist() == [1.5]
    assert [one.number for one in made.cells] == [1, 2, 3]


def test_a_cell_that_fails_is_told_with_its_line_and_the_next_ones_run(runner):
    made = run(runner, "x = 1\n1 / 0", "y = x", "def f(n):\n    return g(n)\n\nf(2)", "z = (", names=["y"])
    assert [one.error for one in made.cells] == [
        "ZeroDivisionError: division by zero (line 2)",
        "",
        "NameError: name 'g' is not defined (line 2)",
        "SyntaxError: '(' was never closed (line 1)",
    ]
    assert values(made) == {"y": 1}


def test_a_cell_may_wait_for_something_asynchronous(runner):
    made = run(
        runner,
        "import asyncio\nawait asyncio.sleep(0)\nx = 5\nx",
        "async def f():\n    return 6\nawait f()",
        names=["x"],
    )
    assert [(one.error, one.output) for one in made.cells] == [("", "5\n"), ("", "6\n")] and values(made) == {"x": 5}


def test_printed_and_displayed_text_is_kept_by_cell(runner):
    made = run(runner, "print('one')\n2 + 3", "display('two', 3)", "4;", "import sys\nprint('err', file=sys.stderr)")
    assert [one.output for one in made.cells] == ["one\n5\n", "'two'\n3\n", "", "err\n"]


def test_output_is_cut(runner):
    made = run(runner, "print('x' * 10**7)", "print('y')")
    assert len(made.cells[0].output) < 5000 and "left out" in made.cells[0].output
    assert made.outcome == "finished"


def test_functions_are_called(runner):
    calls = [Call("1", "double", (21,)), Call("2", "double", (None,)), Call("3", "nothing", ()), Call("4", "slow", ())]
    source = "import pandas as pd\ndef double(x): return x * 2\ndef slow():\n  while True: pass"
    made = run(runner, source, calls=[*calls, Call("5", "double", ([1.5, "a"],))])
    assert made.calls["1"] == 42 and made.calls["5"] == [1.5, "a", 1.5, "a"]
    assert call_error(made.calls["2"]).startswith("TypeError")
    assert call_error(made.calls["3"]) == "NameError: nothing is not defined"
    assert "longer than 1 seconds" in call_error(made.calls["4"])
    assert call_error(made.calls["1"]) is None


def test_tables_of_the_course_are_in_data(runner):
    source = "import pandas as pd\nrows = len(pd.read_csv('data/gas_prices.csv'))\nfrom unionstate.data import load\n"
    made = run(
        runner, source + "same = len(load('gas_prices')) == rows\nopen('note.txt', 'w').write('x')", names=["same"]
    )
    assert values(made) == {"same": True}, made.cells


def test_the_course_package_works_and_checks_know_where_they_are(runner):
    source = (
        "import os\nimport unionstate\nfrom unionstate.article import the_article\nt = len(the_article().paragraphs)"
    )
    made = run(runner, source + "\ng = os.environ['UNIONSTATE_GRADING']", names=["g", "t"])
    assert values(made)["g"] == "1" and values(made)["t"] > 3, made.cells


def test_a_figure_comes_back_as_a_drawing(runner):
    source = "import matplotlib.pyplot as plt\n%matplotlib inline\nfig, ax = plt.subplots()\nax.plot([1, 2])\n"
    made = run(runner, source + "ax.set_title('T')\nplt.show()\nfig.savefig('x.png')", names=["ax", "fig"])
    assert values(made)["ax"].get_title() == "T" and len(values(made)["fig"].axes) == 1


def test_random_numbers_and_sets_are_the_same_each_time(runner):
    source = "import random\nimport numpy as np\na = random.random(), np.random.rand()\nb = list({'x', 'y', 'z'})"
    assert run(runner, source, names="ab").names == run(runner, source, names="ab").names


def test_nothing_stays_from_one_submission_to_the_next(runner):
    spoil = "import builtins\nbuiltins.len = None\nimport pandas as pd\npd.read_csv = None\n"
    run(runner, spoil + "left = 1\nopen('left', 'w').write('x')")
    look = "import os\nimport pandas as pd\na = 'left' in dir() or os.path.exists('left')\nb = len('xy')\n"
    made = run(runner, look + "c = pd.read_csv is None", names="abc")
    assert values(made) == {"a": False, "b": 2, "c": False}


@pytest.mark.parametrize(
    "source",
    ["while True: pass", "import time\ntime.sleep(60)", "while True:\n  try: 1/0\n  except Exception: pass"],
    ids=["loop", "sleep", "catching"],
)
def test_a_cell_without_end_is_stopped_and_the_next_ones_run(runner, source):
    made = run(runner, source, "y = 2", names=["y"])
    assert made.cells[0].error == "This took longer than 1 seconds and was stopped." and values(made) == {"y": 2}


def test_too_much_memory_is_an_error_of_the_cell(runner):
    made = run(runner, "x = bytearray(10**9)", "y = 2", names=["y"])
    assert made.cells[0].error == "MemoryError: more than 300 MB (line 1)" and values(made) == {"y": 2}


def test_memory_of_several_processes_counts_together(runner):
    child = "  if os.fork() == 0:\n    b = bytearray(10**8)\n    time.sleep(9)\n"
    source = f"import os, time\nfor _ in range(6):\n{child}time.sleep(9)"
    made = run(runner, source)
    assert made.outcome == "memory" and "300 MB" in made.message


def test_answers_that_are_too_large_together(runner):
    made = run(runner, "a = b = c = 'x' * 100_000", names="abc")
    assert made.outcome == "result too large" and "256 KB" in made.message and len(made.names) == 2


@pytest.mark.parametrize(
    "source", ["import os\nos._exit(0)", "import ctypes\nctypes.string_at(0)"], ids=["exit", "crash"]
)
def test_a_submission_that_ends_python_keeps_the_cells_before(runner, source):
    made = run(runner, "print(1)", source, "y = 2", names=["y"])
    assert made.outcome == "stopped" and "ended Python" in made.message
    assert [one.output for one in made.cells] == ["1\n"] and made.names == {}


def test_exit_and_quit_end_the_cell_alone(runner):
    made = run(runner, "import sys\nsys.exit(3)", "quit()", "raise KeyboardInterrupt", "y = 2", names=["y"])
    assert [one.error for one in made.cells] == [
        f"{ENDED} (line 2)", f"{ENDED} (line 1)", "KeyboardInterrupt (line 1)", "",
    ]  # fmt: skip
    assert values(made) == {"y": 2}


def test_what_the_sandbox_withholds_is_told_in_words(runner):
    sources = ["import multiprocessing as m\nm.Lock()", "import socket\nsocket.getaddrinfo('a.invalid', 80)"]
    made = run(runner, *sources[: 2 if runner.sandboxed else 1])  # outside it would ask the network
    told = [one.error for one in made.cells]
    assert told[0] == f"{NO_POOLS} (line 2)" and NO_NETWORK in told[1] if runner.sandboxed else told == [""]


def test_a_server_that_the_system_ends_is_started_again(runner):
    runner._server.process.kill()
    runner._server.process.wait()
    assert values(run(runner, "y = 2", names=["y"])) == {"y": 2}


def test_a_server_that_dies_during_a_job_runs_it_again(runner, monkeypatch):
    server = runner._server
    ask = type(server).ask

    def dying(self, request, limits):
        if self is server:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
        return ask(self, request, limits)

    monkeypatch.setattr(type(server), "ask", dying)
    assert values(run(runner, "y = 2", names=["y"])) == {"y": 2}


def test_half_a_character_in_a_cell_costs_that_cell_alone(runner):
    made = run(runner, "x = '\ud800'", "y = 2", names="xy")
    assert made.cells[0].error and values(made)["y"] == 2


NO_CODE = ["x\0", "(" * 5000, "-" * 50_000 + "1", "x = (!" * 999, "%" * 999, "\\" * 999, '"' * 5, "\f\r\v¡"]


@pytest.mark.parametrize("source", NO_CODE, ids=lambda text: repr(text[:8]))
def test_text_that_is_no_code_costs_that_cell_alone(runner, source):
    made = run(runner, source, "y = 2", names="y")
    assert made.outcome in ("finished", "stopped") and (made.outcome == "stopped" or made.cells[0].error)


def test_a_notebook_beyond_measure_is_not_run(runner):
    made = run(runner, "x" * (33 << 20))
    assert (made.outcome, made.cells) == ("stopped", ()) and "larger than 32 MB" in made.message


def test_where_processes_cannot_be_forked_each_submission_gets_a_python_of_its_own(monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(runner_package.sys, "platform", "darwin")
        with Runner(LIMITS, sandbox=False) as runner:
            made = run(runner, "import os\nopen('left', 'w').close()\nd = sorted(os.listdir('.'))", "1 / 0", names="d")
            assert values(made) == {"d": ["data", "left"]} and made.cells[1].error.startswith("ZeroDivisionError")
            assert values(run(runner, "d = sorted(os.listdir('.')) if 'os' in dir() else 0", names="d")) == {"d": 0}


def reference_job(name):
    """A reference solution as a job that asks for all its names."""
    notebook = json.loads(convert(exercises_path() / name / "exercise.md", solution=True))
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    sources = [text for text in sources if not text.startswith("check(")]
    stored = [node.id for text in sources for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    return Job(tuple(Cell(n, text) for n, text in enumerate(sources, 1)), tuple(dict.fromkeys(stored)))


@NO_SANDBOX
def test_reference_solutions_run_alike_in_the_sandbox_and_without():
    exercises = sorted(file.parent.name for file in exercises_path().glob("*/exercise.md"))
    assert len(exercises) == 10
    limits = Limits(cell_seconds=20)
    with Runner(limits) as inside, Runner(limits, sandbox=False) as outside:
        for name in exercises:
            job = reference_job(name)
            one, other = inside.run(job), outside.run(job)
            assert one.outcome == "finished" and not [cell.error for cell in one.cells if cell.error], name
            assert (one.cells, one.names) == (other.cells, other.names), name
            assert one.sandboxed and not other.sandboxed
            for value in one.names.values():
                decode(value)


def test_without_bubblewrap_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    with pytest.raises(CourseError) as told:
        Runner()
    expected = "Linux" if sys.platform != "linux" else "apt install bubblewrap"
    assert expected in str(told.value) and "--unsandboxed" in str(told.value)


@NO_SANDBOX
@pytest.mark.parametrize(
    "program, said",
    [
        (b"no program", "cannot be run"),
        (b"#!/nowhere\n", "cannot be run"),
        (b"#!/bin/sh\nexit 0\n", "ended without a word"),
        (b"#!/bin/sh\nprintf '\\377\\377\\377\\377\\377'\n", "ended without a word"),
        (b"#!/bin/sh\nprintf 'bwrap: Not allowed.\\n\\n' >&2\nexit 1\n", "does not start: bwrap: Not allowed. In a"),
    ],
    ids=["garbage", "no interpreter", "silent", "noise", "refused"],
)
def test_a_bubblewrap_that_does_not_work_is_told(monkeypatch, tmp_path, program, said):
    (tmp_path / "bwrap").write_bytes(program)
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(CourseError) as told:
        Runner()
    assert said in str(told.value) and "--unsandboxed" in str(told.value)


def test_on_another_system_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    with pytest.raises(CourseError, match="needs Linux.*--unsandboxed"):
        Runner()


def test_a_refused_namespace_is_told_with_the_kernel_setting(monkeypatch, tmp_path):
    said = (
        "bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged users"
    )
    refused = sandbox.refusal(said)
    assert "does not start: bwrap: No permissions" in str(refused) and "--unsandboxed" in str(refused)
    (tmp_path / "user").mkdir()
    (tmp_path / "user" / "max_user_namespaces").write_text("0\n")
    monkeypatch.setattr(sandbox, "KERNEL", tmp_path)
    assert "sysctl -w user.max_user_namespaces=10000" in str(sandbox.refusal(said))


def test_limits_must_be_above_zero():
    with pytest.raises(ValueError, match="memory_mb"):
        Limits(memory_mb=0)
