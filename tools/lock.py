"""Writes requirements/*.txt from pyproject.toml: exact versions with hashes, for every system, without addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = "--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet"


def compile_lock(extra: str, *more: str) -> None:
    """Resolve one extra of pyproject.toml into requirements/<extra>.txt."""
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        "pyproject.toml",
        "--extra",
        extra,
        "--output-file",
        f"requirements/{extra}.txt",
        *OPTIONS.split(),
        *more,
    ]
    print(f"requirements/{extra}.txt ...", flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    # all of it first and afresh; the parts then take the same versions
    compile_lock("test", "--upgrade")
    for part in ("learner", "author", "instructor"):
        compile_lock(part, "--constraints", "requirements/test.txt")
