"""Makes the virtual environment that a make target needs: right Python, locked packages, nothing installed twice.

Runs under whatever Python the machine has, so it keeps to syntax that old ones can read.
"""

from __future__ import print_function

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OLDEST = (3, 11)


def stop(line):
    """End with one readable line."""
    sys.stderr.write(line + "\n")
    sys.exit(1)


def fingerprint(lock):
    """Changes when the lock, the package's metadata or the Python does."""
    digest = hashlib.sha256(sys.version.encode())
    for name in (lock, os.path.join(ROOT, "pyproject.toml")):
        with open(name, "rb") as handle:
            digest.update(handle.read())
    return digest.hexdigest()


def run(command, doing):
    """Run a step quietly; show what it said only if it fails."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        sys.stderr.write(done.stdout.decode("utf-8", "replace")[-4000:])
        stop("{} failed: see the lines above.".format(doing))


def usable(python):
    """Whether the environment is there, whole, and of the Python that asks."""
    if not os.path.exists(python):
        return False
    same = "import pip, sys; sys.exit(list(sys.version_info[:3]) != {})".format(list(sys.version_info[:3]))
    return subprocess.call([python, "-c", same], stderr=subprocess.DEVNULL) == 0


def main(kind, folder):
    """Install requirements/<kind>.txt and this package into the virtual environment in folder."""
    if sys.version_info < OLDEST:
        stop("Python {}.{} is too old, 3.11 or newer is needed: make PYTHON=python3.12".format(*sys.version_info))
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        stop("This Python has no venv: install it (Debian, Ubuntu: apt install python3-venv).")
    lock = os.path.join(ROOT, "requirements", kind + ".txt")
    stamp = os.path.join(folder, kind + ".installed")
    wanted = fingerprint(lock)
    if os.path.exists(stamp):
        with open(stamp) as handle:
            if handle.read() == wanted:
                return
    python = os.path.join(folder, "Scripts" if os.name == "nt" else "bin", "python")
    if not usable(python):
        shutil.rmtree(folder, ignore_errors=True)
        print("Making the environment {} ...".format(os.path.relpath(folder, os.getcwd())), flush=True)
        venv.EnvBuilder(with_pip=True).create(folder)
    print("Installing the locked packages ({}), about a minute the first time ...".format(kind), flush=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run(pip + ["--no-compile", "--require-hashes", "--requirement", lock], "Installing the packages")
    # pip compiles one file after the other, this as many at a time as there are processors; some are templates, no code
    everything = (
        "import compileall, sysconfig\n"
        "if __name__ == '__main__':\n"
        "    for folder in {sysconfig.get_path('purelib'), sysconfig.get_path('platlib')}:\n"
        "        compileall.compile_dir(folder, quiet=2, workers=0)\n"
    )
    run([python, "-c", everything], "Compiling the packages")
    run(pip + ["--no-deps", "--no-build-isolation", "--editable", ROOT], "Installing the course's own package")
    with open(stamp, "w") as handle:
        handle.write(wanted)


if __name__ == "__main__":
    try:
        main(sys.argv[1], os.path.abspath(sys.argv[2]))
    except KeyboardInterrupt:
        stop("Stopped. The next run starts where this one was needed.")
