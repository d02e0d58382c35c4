"""How much time, memory and room the code of one submission gets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Limits:
    """The limits of one submission.

    Attributes:
        seconds: wall time of the whole submission.
        cell_seconds: wall time of one cell or call; what takes longer fails, and the next cells still run.
        cpu_seconds: processor time of one process.
        memory_mb: memory of all its processes together, in MiB.
        processes: processes and threads at one time.
        scratch_mb: files it may write, in MiB.
        output_kb: printed and displayed text that is kept, in KiB.
        result_kb: size of everything that comes back, in KiB.
    """

    seconds: float = 30
    cell_seconds: float = 10
    cpu_seconds: int = 30
    memory_mb: int = 1024
    processes: int = 32
    scratch_mb: int = 64
    output_kb: int = 64
    result_kb: int = 4096

    def __post_init__(self) -> None:
        for one in fields(self):
            if not getattr(self, one.name) > 0:
                raise ValueError(f"the limit {one.name} must be above 0")

    def to_json(self) -> dict[str, Any]:
        """As JSON-able data."""
        return asdict(self)
