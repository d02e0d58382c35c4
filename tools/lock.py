"""Writes requirements/*.txt from pyproject.toml: exact versions with hashes, for every system, without addresses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OPTIONS = "--universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet"


def compile_lock(name: str, *more: str) -> None:
    """Resolve one extra of pyproject.toml, or one of its groups for a comparison, into requirements/<name>.txt."""
    source = ["--group", name] if name.startswith("bench-") else ["pyproject.toml", "--extra", name]
    command = [
        str(Path(sys.executable).with_name("uv")),
        "pip",
        "compile",
        *source,
        "--output-file",
        f"requirements/{name}.txt",
        *OPTIONS.split(),
        *more,
    ]
    print(f"requirements/{name}.txt ...", flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


if __name__ == "__main__":
    # all of it first and afresh; the parts then take the same versions
    compile_lock("test", "--upgrade")
    for part in ("learner", "author", "instructor", "cluster"):
        compile_lock(part, "--constraints", "requirements/test.txt")
