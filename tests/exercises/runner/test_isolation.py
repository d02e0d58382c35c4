"""What a student's code in the sandbox cannot do: to the machine, to the runner, to the submission after it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pytest
from sandboxes import NO_SANDBOX, ordinary_user

from unionstate.errors import CourseError
from unionstate.exercises.plain import Malformed, decode
from unionstate.exercises.runner import Limits, Runner, protocol, sandbox
from unionstate.exercises.runs import Cell, Job
from unionstate.paths import course_root

pytestmark = NO_SANDBOX
LIMITS = Limits(
    seconds=2, cell_seconds=0.7, cpu_seconds=2, memory_mb=300, processes=16, scratch_mb=4, output_kb=4, result_kb=64
)
HONEST = Job((Cell(1, "import pandas as pd\nx = pd.Series([1, 2]).sum()\nprint(x)"),), ("x",))


@pytest.fixture(scope="module")
def runner():
    with Runner(LIMITS) as made:
        yield made


@pytest.fixture(autouse=True)
def neighbours_feel_nothing(runner):
    """After each test: the same server runs the next submission as ever, and no process is left over."""
    runner.run(HONEST)
    before, server = below(runner), runner._server
    yield
    made = runner.run(HONEST)
    assert (made.outcome, made.names["x"], made.cells[0].output) == ("finished", {"scalar": ["int64", 3]}, "3\n")
    assert runner._server is server and below(runner) == before


def below(runner):
    """The processes of the sandbox, as the machine sees them."""
    return descendants(runner._server.process.pid)


def descendants(pid):
    """A process and all below it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    found = {pid}
    while more := {one for one, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def attack(runner, source, *names, after="y = 2"):
    """Run a cell and one after it; the run, and the values of the names."""
    made = runner.run(Job((Cell(1, source), Cell(2, after)), (*names, "y")))
    values = {}
    for name, value in made.names.items():
        try:
            values[name] = decode(value)
        except Malformed:
            values[name] = Malformed
    return made, values


def tried(statement):
    """Source that tries a statement and keeps the error's name as ``e``."""
    return f"e = None\ntry:\n    {statement}\nexcept BaseException as problem:\n    e = type(problem).__name__\n"


def test_processes_are_counted_by_the_kernel(runner):
    source = "import os, time\nn = 0\nwhile n < 200:\n    if os.fork() == 0:\n        time.sleep(9)\n    n += 1"
    made, values = attack(runner, source, "n")
    assert made.outcome == "processes" and "16 processes" in made.message
    assert "BlockingIOError" in made.cells[0].error and values["n"] < 16


def test_threads_count_as_processes(runner):
    source = (
        "import threading, time\nn = 0\nwhile n < 200:\n    threading.Thread(target=time.sleep, args=(9,)).start()\n"
    )
    made, values = attack(runner, source + "    n += 1", "n")
    assert made.outcome == "processes" and values["n"] < 16


def test_a_fork_bomb_that_catches_everything_ends_in_time(runner):
    source = "import os\nwhile True:\n    try:\n        os.fork()\n    except BaseException:\n        pass"
    made, _ = attack(runner, source)
    by_the_cell = any("longer than" in cell.error for cell in made.cells)  # its alarm may come before any other end
    assert by_the_cell or made.outcome in ("time", "stopped", "processes")
    assert made.seconds < LIMITS.seconds + 1


def test_a_loop_that_turns_the_alarm_off_ends_in_time(runner):
    source = "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0)\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
    made, _ = attack(runner, source + "while True: pass")
    assert made.outcome == "time" and made.seconds < LIMITS.seconds + 1


def test_processes_that_go_into_the_background_end_with_the_run(runner):
    source = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(60)\n"
    assert attack(runner, source + "    os._exit(0)")[0].outcome == "finished"


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("open('x', 'wb').write(bytes(10**7))", "OSError"),
        ("for n in range(99): open(f'x{n}', 'wb').write(bytes(10**6))", "OSError"),
        ("for n in range(9999): open(f'x{n}', 'w').close()", "OSError"),
        ("files = [open('data/brent_annual.csv') for _ in range(999)]", "OSError"),
    ],
    ids=["one-file", "many-files", "empty-files", "open-files"],
)
def test_files_are_limited(runner, source, error):
    assert attack(runner, tried(source), "e")[1] == {"e": error, "y": 2}


@pytest.mark.parametrize(
    "place",
    ["/", "/course", "/course/src/unionstate", "/course/chapters/data", "data", "/packages/0", "/etc", "/dev", "/proc"],
)
def test_nothing_but_the_scratch_folder_can_be_written(runner, place):
    _, values = attack(runner, tried(f"open({place!r} + '/written', 'w')"), "e")
    assert values["e"] in ("OSError", "PermissionError", "FileNotFoundError")


def test_signals_reach_nobody(runner):
    kill = "for pid in (-1, 0, 1, 2, 3, os.getppid(), os.getpid()):\n    for number in (9, 19, 15, 14, 17):\n"
    source = f"import os, signal\nsignal.signal(14, signal.SIG_IGN)\n{kill}        try: os.kill(pid, number)\n"
    made, values = attack(runner, source + "        except OSError: pass\np = os.getppid()", "p")
    assert values == {"p": 0, "y": 2}, made  # in its own namespace it is the first process, without a parent


def test_a_service_on_this_machine_cannot_be_reached(runner):
    abstract = f"\0unionstate-test-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as hidden:
        hidden.bind(abstract)
        hidden.listen()
        source = "import socket\n" + tried(f"socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 1)")
        assert attack(runner, source, "e")[1]["e"] == "OSError"
        source = "import socket\n" + tried(f"socket.socket(socket.AF_UNIX).connect({abstract!r})")
        assert attack(runner, source, "e")[1]["e"] == "ConnectionRefusedError"


@pytest.mark.parametrize("family", [16, 17, 38, 40], ids=["netlink", "packet", "algorithm", "virtual-machine"])
def test_sockets_that_know_no_namespace_are_refused(runner, family):
    source = "import socket\n" + tried(f"socket.socket({family}, socket.SOCK_RAW if {family} < 30 else 5)")
    assert attack(runner, source, "e")[1]["e"] == "OSError"


def test_the_instructors_files_are_not_there(runner, tmp_path):
    secret = tmp_path / "assignment.json"
    secret.write_text("secret")
    source = (
        "import os\nfound = []\nfor folder, folders, files in os.walk('/'):\n"
        "    folders[:] = [d for d in folders if d not in ('usr', 'packages') and not d.startswith('python3')]\n"
        "    found += [os.path.join(folder, name) for name in files]\n"
        "f = [p for p in found if p.endswith(('.yml', '.yaml', '.md', '.ipynb', '.toml', 'checks.json'))]\n"
        f"s = os.path.exists({str(secret)!r}), os.path.exists({str(Path(__file__))!r})\n"
        "h = [p for p in ('/etc/passwd', '/home', '/var', '/sys', '/run', '/bin/sh') if os.path.exists(p)]\n"
        "f = [p for p in f if not p.startswith(('/course/seeds/', '/course/src/unionstate/quiz/static/'))]\n"
        "q = [p for p in found if 'quizzes' in p or 'exercises/' in p and '/src/unionstate/' not in p]"
    )
    _, values = attack(runner, source, *"fshq")
    assert values == {"f": ["/course/_config.yml"], "s": (False, False), "h": [], "q": [], "y": 2}


def test_the_instructors_environment_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_INSTRUCTOR", "secret")
    with Runner(LIMITS) as runner:
        _, values = attack(runner, "import os\nx = 'secret' in str(os.environ)", "x")
    assert values["x"] is False


def test_no_file_is_open_but_the_way_back(runner):
    source = "import os\nn = 0\nfor one in range(3, 4096):\n    try:\n        os.fstat(one)\n        n += 1\n"
    assert attack(runner, source + "    except OSError: pass", "n")[1]["n"] == 1


def test_other_processes_cannot_be_seen(runner):
    source = "import os\np = os.listdir('/proc')\ni = os.getpid(), os.getuid(), os.geteuid()"
    assert attack(runner, source, "p", "i")[1] == {"p": [], "i": (1, 1000, 1000), "y": 2}


@pytest.mark.parametrize("user", [0, 1, 65534])
def test_no_other_user_can_be_become(runner, user):
    assert attack(runner, "import os\n" + tried(f"os.setuid({user})"), "e")[1]["e"] in ("OSError", "PermissionError")


@pytest.mark.parametrize(
    "call",
    [
        "unshare(0x10000000)",
        "unshare(0x00020000)",
        "setns(0, 0)",
        "ptrace(16, 1, 0, 0)",
        "mount(b'x', b'/scratch', b'tmpfs', 0, 0)",
        "umount(b'/proc')",
        "umount2(b'/scratch', 2)",
        "chroot(b'/scratch')",
        "memfd_create(b'x', 0)",
        "shmget(0, 99, 0o1777)",
        "sethostname(b'x', 1)",
        "syscall(250, 0, -3, 0)",
        "syscall(457, 0, 0, 0, 0)",
        "syscall(458, 0, 0, 0, 0)",
        "inotify_init1(0)",
        "fanotify_init(0, 0)",
        "setrlimit(4, bytes(16))",
        "prlimit(0, 4, bytes(16), None)",
    ],
)
def test_the_kernel_refuses(runner, call):
    source = "import ctypes\nlibrary = ctypes.CDLL(None, use_errno=True)\n"
    _, values = attack(runner, source + f"r = library.{call}\nn = ctypes.get_errno()", "r", "n")
    assert values["r"] == -1 and values["n"] in (1, 38), values


def test_a_crash_starts_no_program_of_the_machine():
    """A limit of 1 is the only one under which the kernel hands no core dump to a program (see core(5))."""
    source = "import resource\nfrom unionstate.exercises.runner import Limits, child\n"
    source += "child.set_limits(Limits(), 0, own_user=False)\nprint(resource.getrlimit(resource.RLIMIT_CORE))"
    environment = {**os.environ, "PYTHONPATH": str(Path(sandbox.__file__).resolve().parents[3])}
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == "(1, 1)\n"


def test_no_right_is_left(runner):
    source = "import ctypes\nd = ctypes.create_string_buffer(24)\nh = (ctypes.c_uint32 * 2)(0x20080522, 0)\n"
    source += "library = ctypes.CDLL(None)\nr = library.capget(h, d)\nc = any(d.raw)\nn = library.prctl(39, 0, 0, 0, 0)"
    assert attack(runner, source, *"rcn")[1] == {"r": 0, "c": False, "n": 1, "y": 2}


def test_there_is_no_program_to_run(runner):
    source = "import os, subprocess\ns = os.system('true')\n" + tried("subprocess.run(['true'])")
    _, values = attack(runner, source, "s", "e")
    assert values["s"] != 0 and values["e"] == "FileNotFoundError"


@pytest.mark.parametrize(
    "data",
    [
        "b'garbage' * 9",
        "b'\\xff\\xff\\xff\\xff'",
        "b'\\x00\\x00\\x00\\x02[]'",
        'b\'\\x00\\x00\\x00\\x0e{"cell": {"n": 1}}\'',
    ],
)
def test_garbage_in_the_way_back_costs_the_submission_alone(runner, data):
    made, values = attack(
        runner, f"import os\nfor one in range(3, 99):\n    try: os.write(one, {data})\n    except OSError: pass"
    )
    assert made.outcome == "stopped" and values == {}


def test_a_forged_message_gives_no_more_than_an_answer(runner):
    source = (
        "import json, os, struct\n"
        "def send(m):\n    b = json.dumps(m).encode()\n"
        "    for one in range(3, 99):\n        try: os.write(one, struct.pack('>I', len(b)) + b)\n"
        "        except OSError: pass\n"
        "send({'name': 'other', 'value': 1})\nsend({'name': 'y', 'value': {'scalar': ['object', 3]}})\n"
        "send({'end': 'finished', 'seconds': 0, 'sandboxed': False})\nos._exit(0)"
    )
    runner.run(HONEST)
    made = runner.run(Job((Cell(1, source),), ("y",)))
    assert made.outcome in ("finished", "stopped") and set(made.names) <= {"y"} and made.sandboxed
    for value in made.names.values():
        with pytest.raises(Malformed):
            decode(value)


def test_a_flood_in_the_way_back_is_cut(runner):
    source = "import os\nwhile True:\n    for one in range(3, 9):\n        try: os.write(one, bytes(10**6))\n"
    made, _ = attack(runner, source + "        except OSError: pass")
    assert made.outcome == "result too large"


def test_printing_messages_is_printing(runner):
    text = '\\x00\\x00\\x00\\x0f{"end": "x"}'
    made, values = attack(runner, f"import os\nprint('{text}')\nos.write(1, b'{text}')")
    assert made.outcome == "finished" and values == {"y": 2} and '{"end": "x"}' in made.cells[0].output


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nsys.modules['unionstate.exercises.plain'].encode = None",
        "import json\njson.dumps = lambda *a, **k: 'x'",
        "import builtins\nfor name in ('len', 'str', 'type', 'isinstance', 'float'): setattr(builtins, name, None)",
        "import sys\nsys.meta_path.clear()\nsys.modules.clear()",
        "import sys, os\nos.write = os.close = sys.exit = None\nsys.stdout = sys.stderr = None",
        "import threading\nthreading.excepthook = None\nthreading.Thread(target=lambda: 1/0).start()",
        "import gc\nfor one in gc.get_objects():\n    if type(one) is dict:\n        one.clear()",
    ],
    ids=["encode", "json", "builtins", "modules", "os", "thread", "all-objects"],
)
def test_breaking_python_breaks_the_own_submission_alone(runner, source):
    made, values = attack(runner, source)
    assert made.outcome in ("finished", "stopped", "time") and values.get("y", 2) in (2, Malformed)


def test_the_first_submission_leaves_nothing_to_the_second(runner):
    leave = (
        "import os, socket\nopen('/tmp/left', 'w').write('x')\nopen('/scratch/left', 'w').write('x')\n"
        "s = socket.socket(socket.AF_UNIX)\ns.bind('\\0left')\ns.listen()\n"
        "os.environ['LEFT'] = 'x'\nif os.fork() == 0:\n    import time\n    time.sleep(9)\n"
    )
    assert attack(runner, leave)[0].cells[0].error == ""
    look = "import os, socket\nf = sorted(os.listdir('/scratch'))\nv = os.environ.get('LEFT')\n"
    _, values = attack(runner, look + tried("socket.socket(socket.AF_UNIX).connect('\\0left')"), "f", "v", "e")
    assert values == {"f": ["data"], "v": None, "e": "ConnectionRefusedError", "y": 2}


def test_two_runners_do_not_count_each_others_processes(runner):
    with Runner(LIMITS) as other:
        waiting = "import os, time\nfor _ in range(12):\n    if os.fork() == 0: time.sleep(9)\ntime.sleep(0.6)"
        made = {}
        thread = threading.Thread(target=lambda: made.update(other=attack(other, waiting)[0]))
        thread.start()
        mine = attack(runner, waiting)[0]
        thread.join()
    assert (mine.outcome, made["other"].outcome) == ("finished", "finished"), (mine, made)


def test_without_nested_namespaces_each_submission_gets_a_sandbox_of_its_own(monkeypatch):
    monkeypatch.setattr(
        sandbox, "server_settings", lambda *a, made=sandbox.server_settings: {**made(*a), "nest": False}
    )
    with Runner(LIMITS) as runner:
        assert runner.run(HONEST).outcome == "finished"
        attack(runner, "import os\nopen('/scratch/left', 'w').write('x')\nos.kill(os.getppid(), 9)")
        source = "import os\nf = sorted(os.listdir('/scratch'))\n" + tried("os.kill(os.getppid(), 9)")
        _, values = attack(runner, source, "f", "e")
        assert values == {"f": ["data"], "e": "PermissionError", "y": 2}
        _, values = attack(runner, tried("for n in range(9): open(str(n), 'wb').write(bytes(10**6))"), "e")
        assert values["e"] == "OSError"


def test_an_old_bubblewrap_without_nested_namespaces_is_refused(monkeypatch):
    monkeypatch.setattr(
        sandbox, "server_settings", lambda *a, made=sandbox.server_settings: {**made(*a), "nest": False}
    )
    monkeypatch.setattr(sandbox, "limits_scratch", lambda program: False)
    with pytest.raises(CourseError, match="bubblewrap 0.7 or newer"):
        Runner(LIMITS)


INSTALLED = """
from unionstate.exercises.runner import Runner
from unionstate.exercises.runs import Cell, Job
from unionstate.paths import course_root
assert course_root().name == "_course" and (course_root() / "exercises" / "secret" / "checks.yml").is_file()
source = '''
import os
from unionstate.data import load
rows = len(load("gas_prices"))
found = [os.path.join(a, f) for top in ("/packages", "/course") for a, _, fs in os.walk(top) for f in fs]
written = []
for folder in ("/packages/0/unionstate", "/course/src/unionstate/_course"):
    assert os.listdir(folder) == []
    try:
        open(folder + "/left", "w").close()
        written.append(folder)
    except OSError:
        pass
x = rows > 9, [one for one in found if "checks.yml" in one or "_course" in one], written
'''
with Runner() as runner:
    print(runner.run(Job((Cell(1, source),), ("x",))).names)
"""


@pytest.mark.parametrize("who", ["this user", "an ordinary user"])
def test_an_installed_package_hides_the_exercises_it_carries_behind_folders_nobody_writes_to(who):
    with tempfile.TemporaryDirectory() as folder:  # an ordinary user could not read pytest's
        package = Path(folder) / "site-packages" / "unionstate"
        source = Path(sandbox.__file__).resolve().parents[2]
        shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("_config.yml", "seeds", "chapters/data"):
            source, target = course_root() / name, package / "_course" / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
        (package / "_course" / "exercises" / "secret").mkdir(parents=True)
        (package / "_course" / "exercises" / "secret" / "checks.yml").write_text("secret")
        Path(folder).chmod(0o755)
        environment = {**os.environ, "PYTHONPATH": str(package.parent), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-c", INSTALLED]
        command = command if who == "this user" else ordinary_user(command)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.stdout.strip() == "{'x': {'tuple': [True, [], []]}}", done.stderr


GRADER = """
import sys
from unionstate.exercises.runner import Limits, Runner
from unionstate.exercises.runs import Cell, Job
with Runner(Limits(seconds=60, cell_seconds=60), sandbox=sys.argv[1] == "sandbox") as runner:
    runner.run(Job((Cell(1, "x = 1"),), ()))
    print(runner._server.process.pid, flush=True)
    runner.run(Job((Cell(1, "import os, time\\nos.fork()\\ntime.sleep(50)"),), ()))
"""


def test_a_job_left_by_a_child_that_was_killed_is_not_answered_for_the_next_submission():
    """The system kills a child that has not read its job yet: the next child reads that one instead of its own."""
    with Runner(LIMITS) as runner:
        for left in (0, 1):
            stale = {**Job((Cell(1, "x = 'of the submission before'"),), ("x",)).to_json(), "number": left}
            runner._server.process.stdin.write(protocol.pack(stale))
            for place in (1, 2):
                run = runner.run(Job((Cell(1, f"x = {place}"),), ("x",)))
                assert (run.outcome, run.names) == ("finished", {"x": place})


@pytest.mark.parametrize("mode", ["sandbox", "plain"])
def test_nothing_stays_when_the_grader_is_killed(mode):
    source = Path(sandbox.__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(source)}
    command = [sys.executable, "-c", GRADER, mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as grader:
        pid = int(grader.stdout.readline())
        deadline = time.monotonic() + 20
        least = 6 if mode == "sandbox" else 3  # server, child and its own; bubblewrap and the server's first process
        while len(everything := descendants(pid)) < least and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(everything) >= least
        grader.kill()
        grader.stdout.read()  # its end: nobody holds the pipe any more
    while (left := {one for one in everything if is_running(one)}) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not left


def is_running(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


AS_ORDINARY_USER = """
import os, sys
from unionstate.exercises.runner import Limits, Runner
from unionstate.exercises.runs import Cell, Job
assert os.getuid() != 0
def run(source):
    return runner.run(Job((Cell(1, source),), ("x",)))
with Runner(Limits(seconds=2, cell_seconds=1, processes=16, memory_mb=300, scratch_mb=4)) as runner:
    assert run("import pandas as pd\\nx = int(pd.Series([1, 2]).sum())").names == {"x": 3}
    bomb = run("import os, time\\nwhile True:\\n  if os.fork() == 0: time.sleep(9)")
    assert bomb.outcome == "processes", bomb
    assert run("import os\\nx = os.getpid(), os.getuid(), os.listdir('/proc')").names["x"] == {"tuple": [1, 1000, []]}
    assert "OSError" in run("open('x', 'wb').write(bytes(10**7))").cells[0].error
    assert "unreachable" in run("import socket\\nsocket.create_connection(('127.0.0.1', 9))").cells[0].error
    assert not runner._fresh
print("as an ordinary user: fine")
"""


def test_the_sandbox_works_for_an_ordinary_user():
    command = ordinary_user([sys.executable, "-c", AS_ORDINARY_USER])
    source = Path(sandbox.__file__).resolve().parents[3]
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert done.stdout.strip() == "as an ordinary user: fine", done.stderr
