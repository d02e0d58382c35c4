"""Hostile files and archives, made when a test asks for them: small on disk, whatever they claim to be."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

MB = 1 << 20


def notebook(*sources: str, **changes: Any) -> bytes:
    """A notebook with these code cells; ``changes`` replace keys of its top level."""
    cells = [
        {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": [], "source": one}
        for number, one in enumerate(sources)
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **changes}).encode()


def _with_cells(cells: Any) -> bytes:
    return notebook(cells=cells)


def _with_metadata(**told: Any) -> bytes:
    return notebook("x = 1", metadata={"unionstate": told})


def _cell(**changes: Any) -> dict[str, Any]:
    return {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [], "source": "x = 1", **changes}


def _format_3() -> bytes:
    cell = {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}
    return json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [cell]}] * 2}
    ).encode()


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "spaces": lambda: b" " * (20 * MB),
    "no JSON": lambda: b"%PDF-1.7 not a notebook",
    "half a notebook": lambda: notebook("x = 1")[:-40],
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 100,
    "a compressed notebook": lambda: gzip.compress(notebook("x = 1")),
    "a page of a browser": lambda: b"<!doctype html><title>x.ipynb</title>" + b"<p>" * 1000,
    "not UTF-8": lambda: notebook("x = 'caf\xe9'").replace(b"\\u00e9", b"\xe9\xff"),
    "a number": lambda: b"5",
    "null": lambda: b"null",
    "a list": lambda: b"[" + notebook("x = 1") + b"]",
    "a hundred thousand brackets": lambda: b"[" * 100_000 + b"]" * 100_000,
    "a hundred thousand braces": lambda: b'{"cells":' * 100_000 + b"1" + b"}" * 100_000,
    "brackets in metadata": lambda: notebook("x = 1").replace(b'"metadata": {}', b'"metadata": ' + b"[" * 100_000, 1),
    "the number of a newer format": lambda: notebook("x = 1", nbformat=99),
    "a format that is a text": lambda: notebook("x = 1", nbformat="4"),
    "a format that is missing": lambda: notebook("x = 1").replace(b'"nbformat": 4, ', b""),
    "cells that are a text": lambda: _with_cells("x = 1"),
    "cells that are a dict": lambda: _with_cells({"0": _cell()}),
    "cells that are missing": lambda: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
    "no cells": lambda: notebook(),
    "no code cells": lambda: _with_cells([_cell(cell_type="markdown")]),
}
EITHER: dict[str, Callable[[], bytes]] = {
    "a number of a million digits": lambda: notebook("x = 1").replace(b"null", b"9" * 1_000_000, 1),
    "with the mark of an order of bytes": lambda: b"\xef\xbb\xbf" + notebook("x = 1"),
    "UTF-16": lambda: notebook("x = 1").decode().encode("utf-16"),
    "cells that are null": lambda: _with_cells([None, 5, "x", [], _cell()]),
    "a source that is a number": lambda: _with_cells([_cell(source=5), _cell(source=None), _cell(source={"a": 1})]),
    "a source of lists": lambda: _with_cells([_cell(source=[["x"], 5, None, "y = 1"]), _cell()]),
    "a source of a million pieces": lambda: _with_cells([_cell(source=["#"] * 1_000_000)]),
    "a source with half characters": lambda: _with_cells([_cell(source="x = '\ud800'"), _cell(source="x = '\x00'")]),
    "a source of ten megabytes": lambda: notebook("#" * 10 * MB),
    "types of cells that are none": lambda: _with_cells([_cell(cell_type=5), _cell(cell_type=["code"]), _cell()]),
    "the same id twice": lambda: _with_cells([_cell(), _cell(), _cell(id="")]),
    "ids that are none": lambda: _with_cells([_cell(id=5), _cell(id=None), _cell(id="x" * MB), _cell(id="../..")]),
    "two hundred thousand cells": lambda: _with_cells([{"cell_type": "code", "source": ""}] * 200_000),
    "cells twice": lambda: notebook("x = 1")[:-1] + b', "cells": [], "cells": ' + json.dumps([_cell()]).encode() + b"}",
    "format 3": _format_3,
    "format 3 without worksheets": lambda: b'{"nbformat": 3, "worksheets": 5}',
    "format 2": lambda: b'{"nbformat": 2, "worksheets": []}',
    "not a number": lambda: notebook("x = 1").replace(b"null", b"NaN", 1),
    "without end": lambda: notebook("x = 1").replace(b"null", b"-Infinity", 1),
    "fifty megabytes of output": lambda: _with_cells([_cell(outputs=[{"text": "x" * 50 * MB}])]),
    "outputs that are none": lambda: _with_cells([_cell(outputs=5, metadata=[], execution_count="1e999")]),
    "metadata that are a list": lambda: notebook("x = 1", metadata=[1]),
    "an exercise that is a path": lambda: _with_metadata(exercise="../../etc/passwd", variant="../../x"),
    "an exercise that is HTML": lambda: _with_metadata(exercise="<script data-hostile>1</script>", variant="\x1b[2J\0"),
    "an exercise that is a list": lambda: _with_metadata(exercise=["x"], variant={"a": [1]}),
    "a variant that is enormous": lambda: _with_metadata(exercise="x" * MB, variant="9" * MB),
    "a variant that is a number": lambda: _with_metadata(exercise=None, variant=10**4000),
    "unionstate that is a text": lambda: notebook("x = 1", metadata={"unionstate": "x"}),
    "escapes without end": lambda: b'{"nbformat": 4, "cells": ["' + b"\\u0041" * 500_000 + b'"]}',
}


def _zeros(megabytes: int) -> tuple[bytes, int, int]:
    """Deflated zeros, made in no time: the bytes, their true size and their checksum."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = squeeze.compress(bytes(MB)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    check = 0
    for _ in range(megabytes):
        check = zlib.crc32(bytes(MB), check)
    return block * megabytes + squeeze.flush(zlib.Z_FINISH), megabytes * MB, check


def _stored(name: bytes, content: bytes) -> tuple[bytes, bytes, int, int]:
    return name, content, len(content), zlib.crc32(content)


def raw_zip(entries: list[tuple[bytes, bytes, int, int]], *, method: int = 0, flags: int = 0, listed: int = 1) -> bytes:
    """A zip written by hand.

    Args:
        entries: name, data, declared size, declared checksum.
        method: of compression, as the zip declares it.
        flags: of every entry.
        listed: how often the directory lists every entry, each time under another name.
    """
    body, directory, count = io.BytesIO(), io.BytesIO(), 0
    for name, data, size, check in entries:
        start = body.tell()
        told = struct.pack("<HHHHIIIHH", flags, method, 0, 33, check, len(data), size, len(name), 0)
        body.write(b"PK\x03\x04\x14\x00" + told + name + data)
        for number in range(listed):
            alias = name if listed == 1 else b"%d-" % number + name
            told = struct.pack("<HHHHIIIHH", flags, method, 0, 33, check, len(data), size, len(alias), 0)
            rest = struct.pack("<HHHII", 0, 0, 0, (stat.S_IFREG | 0o644) << 16, start)
            directory.write(b"PK\x01\x02\x14\x03\x14\x00" + told + rest + alias)
            count += 1
    sizes = struct.pack("<HHHHIIH", 0, 0, count, count, directory.tell(), body.tell(), 0)
    return body.getvalue() + directory.getvalue() + b"PK\x05\x06" + sizes


def _zip(entries: dict[str, bytes], modes: dict[str, int] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            told = zipfile.ZipInfo("x")
            told.filename = name
            told.external_attr = (modes or {}).get(name, stat.S_IFREG | 0o644) << 16
            archive.writestr(told, content)
    return made.getvalue()


def _bomb(declared: int | None = None) -> bytes:
    data, size, check = _zeros(400)
    return raw_zip([(b"bomb.ipynb", data, size if declared is None else declared, check)], method=8)


def _nested(depth: int) -> bytes:
    inner = _bomb()
    for _ in range(depth):
        inner = _zip({"again.zip": inner})
    return inner


def _changed(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new)


def _tar(canary: Path) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        link = tarfile.TarInfo("link.ipynb")
        link.type, link.linkname = tarfile.SYMTYPE, str(canary)
        archive.addfile(link)
    return made.getvalue()


PLAIN = notebook("x = 1")
_LINK = stat.S_IFLNK | 0o777


def _traversal(canary: Path) -> bytes:
    names = ("../../evil.ipynb", "a/../../../evil2.ipynb", f"..{canary}", "..\\..\\evil3.ipynb", "./../.ipynb")
    return _zip(dict.fromkeys(names, PLAIN))


def _absolute(canary: Path) -> bytes:
    names = ("/etc/evil.ipynb", "C:\\evil.ipynb", "C:evil.ipynb", "\\\\server\\share\\evil.ipynb", "//x/y.ipynb")
    return _zip({str(canary): b"overwritten", **dict.fromkeys(names, PLAIN)})


def _links(canary: Path) -> bytes:
    entries = {"link.ipynb": str(canary).encode(), "up": str(canary.parent).encode(), "up/canary.ipynb": PLAIN}
    return _zip(entries, {"link.ipynb": _LINK, "up": _LINK})


def _devices(_: Path) -> bytes:
    modes = {"zero.ipynb": stat.S_IFCHR | 0o666, "pipe.ipynb": stat.S_IFIFO | 0o666}
    return _zip(dict.fromkeys(modes, b""), modes)


def _names_that_are_none(_: Path) -> bytes:
    names = [b"", b"/", b".", b"..", b"a\x00b.ipynb", b"\xff\xfe.ipynb", b"x" * 60_000 + b".ipynb", b".ipynb"]
    names += [b"a/" * 2000 + b"b.ipynb", b" .ipynb", b"-rf.ipynb"]
    return raw_zip([_stored(name, PLAIN) for name in names])


def _names_that_collide(_: Path) -> bytes:
    names = ("Bo.ipynb", "bo.ipynb", "BO.IPYNB", "bo .ipynb", "bo..ipynb", "b\u00f6.ipynb", "bo\u0308.ipynb")
    return _zip({name: notebook(f"x = {number}") for number, name in enumerate(names)})


def _names_of_devices(_: Path) -> bytes:
    names = ("CON", "nul", "Aux", "COM1", "LPT9", "prn.txt", "con.", "a:b", "a*b?", "a|b", "<a>")
    return _zip({f"{name}.ipynb": PLAIN for name in names})


def _names_that_lie(_: Path) -> bytes:
    names = ("\u202ebnypi.x.ipynb", "a\u200b.ipynb", "a\r\nb.ipynb", "\x1b[2Jx.ipynb", "a\u2028b.ipynb", "\uff21.ipynb")
    return _zip(dict.fromkeys(names, PLAIN))


def _a_file_that_is_a_folder(_: Path) -> bytes:
    return _zip({"a.ipynb/": b"", "a.ipynb/b.ipynb": PLAIN, "a.ipynb": notebook("x = 2")})


# zips that a student hands in, or that a platform makes of what students handed in
ZIPS: dict[str, Callable[[Path], bytes]] = {
    "bomb": lambda canary: _bomb(),
    "bomb that says it is small": lambda canary: _bomb(1000),
    "bomb that says it is nothing": lambda canary: _bomb(0),
    "bomb in zips in zips": lambda canary: _nested(20),
    "a thousand entries over one": lambda canary: raw_zip([(b"bomb.ipynb", *_zeros(20))], method=8, listed=1000),
    "traversal": _traversal,
    "absolute": _absolute,
    "links": _links,
    "devices": _devices,
    "encrypted": lambda canary: raw_zip([(b"secret.ipynb", b"x" * 100, 88, 5)], flags=1),
    "unknown method": lambda canary: raw_zip([(b"odd.ipynb", b"x" * 100, 100, 5)], method=99),
    "wrong checksum": lambda canary: raw_zip([(b"bad.ipynb", PLAIN, len(PLAIN), 5)]),
    "data that are no data": lambda canary: raw_zip([(b"bad.ipynb", b"\xff" * 500, 500, 5)], method=8),
    "size of four gigabytes": lambda canary: raw_zip([(b"big.ipynb", b"x", 0xFFFFFFFF, 5)]),
    "truncated": lambda canary: _zip({"a.ipynb": PLAIN * 50})[:-30],
    "cut in the middle": lambda canary: _zip({"a.ipynb": os.urandom(5000)})[2000:],
    "empty": lambda canary: _zip({}),
    "no zip": lambda canary: b"Rar!\x1a\x07\x01\x00" + os.urandom(1000),
    "no bytes": lambda canary: b"",
    "a tar": _tar,
    "no end": lambda canary: b"PK\x03\x04" * 10_000,
    "wrong count": lambda canary: _changed(_zip({"a.ipynb": PLAIN}), b"\x01\x00\x01\x00", b"\xfe\xff\xfe\xff"),
    "directory elsewhere": lambda canary: _zip({"a.ipynb": PLAIN})[:-6] + b"\xf0\xff\xff\x7f\x00\x00",
    "names that are none": _names_that_are_none,
    "names that collide": _names_that_collide,
    "names of devices": _names_of_devices,
    "names that lie": _names_that_lie,
    "a name twice": lambda canary: raw_zip([_stored(b"twice.ipynb", notebook(f"x = {n}")) for n in range(2)]),
    "a file that is a folder": _a_file_that_is_a_folder,
    "ten thousand entries": lambda canary: raw_zip([_stored(b"s/%d.ipynb" % n, b"{}") for n in range(10_000)]),
    "caches": lambda canary: _zip({"__MACOSX/._a.ipynb": b"\x00\x05\x16", ".ipynb_checkpoints/a.ipynb": PLAIN}),
}


def hostile_folder(place: Path, canary: Path) -> None:
    """Fill a folder with entries that are no ordinary files, or are too large, too deep or oddly named."""
    for name in ("link.ipynb", "absolute.ipynb"):
        (place / name).symlink_to(canary)
    (place / "away").symlink_to(canary.parent)
    (place / "loop.ipynb").symlink_to("loop.ipynb")
    (place / "nowhere.ipynb").symlink_to("no-such-file")
    (place / "zeros.ipynb").symlink_to("/dev/zero")
    (place / "round").mkdir()
    (place / "round" / "again").symlink_to("..")
    os.mkfifo(place / "waits.ipynb")
    with socket.socket(socket.AF_UNIX) as one:
        here = os.getcwd()
        os.chdir(place)  # the path of a socket may only be short
        try:
            one.bind("listens.ipynb")
        finally:
            os.chdir(here)
    (place / "folder.ipynb").mkdir()
    for name, size in (("large.ipynb", 200 * MB), ("terabyte.ipynb", 1 << 40)):
        with (place / name).open("wb") as file:
            file.truncate(size)
    (place / "locked.ipynb").write_bytes(PLAIN)
    (place / "locked.ipynb").chmod(0)
    deep = place / "deep" / "/".join(["d"] * 60)
    deep.mkdir(parents=True)
    (deep / "x.ipynb").write_bytes(PLAIN)
    for odd in (b"\xff\xfe.ipynb", b"a\nb.ipynb", b"-rf.ipynb", b"\x1b[2J.ipynb", b"x" * 240 + b".ipynb", b" .ipynb"):
        with open(os.path.join(os.fsencode(place), odd), "wb") as file:
            file.write(PLAIN)
