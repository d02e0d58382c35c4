"""Reads files out of folders and zips that strangers made: nothing is unpacked, no link followed, no size believed.

An entry that cannot or must not be read costs only itself: it is listed with its ``fault``, and reading it raises
``Unreadable`` with the reason in plain words.

On names in zips: the format knows code page 437 and, with a flag, UTF-8 (PKWARE APPNOTE, appendix D). Many tools write
UTF-8 without the flag: macOS's Archive Utility (github.com/weichsel/ZIPFoundation/issues/63) and rubyzip, with which
Canvas makes its downloads (github.com/rubyzip/rubyzip/issues/515). Windows writes the code page of the country, for
Russian 866; some programs write 1251.
"""

from __future__ import annotations

import io
import os
import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

MB = 1_000_000
FILE_LIMIT = 20 * MB  # bytes of one notebook; pictures in the outputs make honest ones large
RATIO_LIMIT = 200  # unpacked to packed; text with figures reaches about 20
DEPTH_LIMIT = 8  # folders inside folders
ENTRY_LIMIT = 2_000  # files of one student
ARCHIVE_ENTRY_LIMIT = 400_000  # entries of a download of a whole course
DIRECTORY_LIMIT = 64 * MB  # bytes of such a download's table of contents
STUDENT_DIRECTORY_LIMIT = MB // 2  # the same for a zip that a student made
SHOWN_LIMIT = 200  # characters of a name in a message

_CHUNK = 1 << 16
_UTF8_FLAG, _ENCRYPTED = 0x800, 0x41  # general purpose bits 11; 0 and 6
_JUNK = {"__macosx", "__pycache__", "thumbs.db", "desktop.ini"}
_JUNCTION = 0xA0000003  # a folder of Windows that leads to another
_OUTSIDE = "its name leads out of the archive"
_LINK = "it is a link, and links are not followed"
_SPECIAL = "it is a device or a pipe, not a file"
_DAMAGED = "it is damaged or cut off: the archive holds less than it says"


class Unreadable(Exception):
    """One entry or archive that cannot be read; the text says why, in words that fit after "…: "."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file or folder inside a folder or a zip.

    Attributes:
        parts: its path, from the place where the submissions lie.
        size: in bytes, as declared.
        folder: whether it is a folder.
        fault: "" or why it is not read.
        handle: what the reader needs.
    """

    parts: tuple[str, ...]
    size: int
    folder: bool
    fault: str
    handle: Any

    @property
    def shown(self) -> str:
        """The path for messages."""
        return shown("/".join(self.parts))


def shown(name: str) -> str:
    """A name as it may stand in messages and tables: in Unicode, in one line, not over long."""
    if name.isascii() and name.isprintable() and len(name) <= SHOWN_LIMIT:
        return " ".join(name.split())
    text = "".join(" " if one.isspace() else one for one in name)
    text = "".join("\N{REPLACEMENT CHARACTER}" if "\ud800" <= one <= "\udfff" else one for one in text)
    # no control characters, and none that turn the direction of writing or cannot be seen
    text = "".join(one for one in text if unicodedata.category(one) not in {"Cc", "Cf", "Cn", "Co"})
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return text if len(text) <= SHOWN_LIMIT else text[: SHOWN_LIMIT - 1] + "…"


def is_junk(parts: tuple[str, ...]) -> bool:
    """Whether a path is what systems leave behind (``__MACOSX``, ``.DS_Store``, checkpoints) and no one handed in."""
    # a part with a slash is one that leads outside (see `_entry`), and that is not passed over in silence
    return any((part.startswith((".", "~$")) and "/" not in part) or part.casefold() in _JUNK for part in parts)


class FolderTree:
    """A folder of submissions.

    Args:
        path: the folder.

    Raises:
        OSError: if it cannot be listed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with os.scandir(path) as listing:
            self._top = {one.name: one for one in sorted(listing, key=lambda one: one.name)}

    def names(self) -> list[tuple[str, bool]]:
        """The entries at the top, sorted: name, and whether it is a folder."""
        return [(name, _is_folder(one)) for name, one in self._top.items()]

    def files(self, name: str) -> Iterator[Entry]:
        """The entry of this name and, if it is a folder, all below it, sorted by path."""
        yield from _walk(self._top[name], ())

    def inside(self, name: str) -> FolderTree:
        """The same for a folder at the top."""
        return FolderTree(self._path / name)

    def read(self, entry: Entry, limit: int = FILE_LIMIT) -> bytes:
        """A file's bytes.

        Raises:
            Unreadable: if it has a fault, is larger than ``limit`` bytes, or cannot be opened.
        """
        _refuse(entry, entry.size, limit)
        # a link put in its place meanwhile is not followed, and a pipe does not make us wait
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            with os.fdopen(os.open(entry.handle, flags), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Unreadable(_SPECIAL)
                return _read(file, limit)
        except (OSError, ValueError) as problem:
            raise Unreadable(f"it cannot be opened ({_reason(problem)})") from None

    def close(self) -> None:
        """Nothing is held open."""


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _walk(entry: os.DirEntry[str], above: tuple[str, ...]) -> Iterator[Entry]:
    parts = (*above, entry.name)
    try:
        status = entry.stat(follow_symlinks=False)
        folder = stat.S_ISDIR(status.st_mode)
        fault = ""
        if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION:
            folder, fault = False, _LINK
        elif not folder and not stat.S_ISREG(status.st_mode):
            fault = _SPECIAL
        elif folder and len(parts) > DEPTH_LIMIT:
            folder, fault = False, f"it lies under more than {DEPTH_LIMIT} folders"
        below = []
        if folder and not is_junk(parts[-1:]):
            with os.scandir(entry.path) as listing:
                for one in listing:
                    below.append(one)
                    if len(below) > ENTRY_LIMIT:
                        break
    except OSError as problem:
        yield Entry(parts, 0, False, f"it cannot be opened ({_reason(problem)})", entry.path)
        return
    yield Entry(parts, status.st_size, folder, fault, entry.path)
    for one in sorted(below, key=lambda one: one.name):
        yield from _walk(one, parts)


class ZipTree:
    """A zip of submissions, or one that a student made.

    Args:
        source: the file, or its bytes.
        directory_limit: bytes that its table of contents may take.
        entry_limit: entries it may have.

    Raises:
        Unreadable: if it is no zip or exceeds a limit.
        OSError: if the file cannot be opened.
    """

    def __init__(
        self, source: Path | bytes, *, directory_limit: int = DIRECTORY_LIMIT, entry_limit: int = ARCHIVE_ENTRY_LIMIT
    ) -> None:
        file: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else open(source, "rb")  # noqa: SIM115
        try:
            start = file.read(4)
            guarded = _Guarded(file, directory_limit)
            try:
                self._zip = zipfile.ZipFile(guarded)
                entries = [_entry(info) for info in self._zip.infolist()]
            except Unreadable:
                raise
            except Exception:  # whatever a broken table of contents does to its reader
                whole = "it is damaged or cut off (was it downloaded completely?)"
                raise Unreadable(whole if start.startswith(b"PK") else "it is no zip") from None
            if len(entries) > entry_limit:
                raise Unreadable(f"it has more than {entry_limit:,} entries")
        except BaseException:
            file.close()
            raise
        guarded.limit = None
        self._file = file
        self._entries, self._depth = entries, 0
        self._group()

    def _group(self) -> None:
        self._top: dict[str, list[Entry]] = {}
        for entry in sorted(self._entries, key=lambda one: one.parts):
            if len(entry.parts) > self._depth:
                self._top.setdefault(entry.parts[self._depth], []).append(entry)

    def names(self) -> list[tuple[str, bool]]:
        """The entries at the top, sorted: name, and whether it is a folder."""
        return [
            (name, any(one.folder or len(one.parts) > self._depth + 1 for one in entries))
            for name, entries in self._top.items()
        ]

    def files(self, name: str) -> Iterator[Entry]:
        """The entry of this name and, if it is a folder, all below it, sorted by path."""
        for entry in self._top[name]:
            fault = entry.fault
            if not fault and len(entry.parts) - self._depth > DEPTH_LIMIT + 1:
                fault = f"it lies under more than {DEPTH_LIMIT} folders"
            yield Entry(entry.parts[self._depth :], entry.size, entry.folder, fault, entry.handle)

    def everything(self) -> Iterator[Entry]:
        """All entries, sorted by path."""
        for name in self._top:
            yield from self.files(name)

    def inside(self, name: str) -> ZipTree:
        """The same for a folder at the top; this tree is not usable afterwards."""
        self._entries = self._top[name]
        self._depth += 1
        self._group()
        return self

    def read(self, entry: Entry, limit: int = FILE_LIMIT) -> bytes:
        """A file's bytes, unpacked piece by piece up to ``limit``.

        Raises:
            Unreadable: if it has a fault, is larger than ``limit`` bytes, needs a password, is packed in an unusual
                way or far too well, or is damaged.
        """
        info: zipfile.ZipInfo = entry.handle
        _refuse(entry, info.file_size, limit)
        if info.flag_bits & _ENCRYPTED:
            raise Unreadable("it is protected by a password")
        # bzip2 and LZMA are unpacked by Python without a limit on the result
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable("it is packed in an unusual way (make the zip with the system's own command)")
        if info.file_size > MB and info.file_size > RATIO_LIMIT * max(info.compress_size, 1):
            raise Unreadable(
                f"it would unpack to {info.file_size / max(info.compress_size, 1):,.0f} times its size, "
                "as archives do that are made to fill memory"
            )
        try:
            with self._zip.open(info) as file:
                return _read(file, limit)
        except Unreadable:
            raise
        except Exception:  # a wrong checksum, a broken stream, headers that contradict each other
            raise Unreadable(_DAMAGED) from None

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):
            self._zip.close()
        self._file.close()


class _Guarded:
    """A file of which no more than ``limit`` bytes can be read at once: a zip's table of contents is one read."""

    def __init__(self, file: BinaryIO, limit: int | None) -> None:
        self._file, self.limit = file, limit
        self._size = file.seek(0, os.SEEK_END)
        file.seek(0)

    def read(self, size: int = -1) -> bytes:
        if self.limit is not None:
            wanted = self._size - self._file.tell() if size is None or size < 0 else min(size, self._size)
            if wanted > self.limit:
                raise Unreadable("its table of contents is too long")
        return self._file.read(size)

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def flush(self) -> None:
        """Asked for by ``zipfile``; there is nothing to write."""

    def close(self) -> None:
        self._file.close()


def _entry(info: zipfile.ZipInfo) -> Entry:
    name = _decoded(info).replace("\\", "/")
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system != 0 else 0  # 0: made on Windows, no such bits
    folder = name.endswith("/")
    pieces = [one for one in name.split("/") if one not in ("", ".")]
    fault = ""
    if name.startswith("/") or ".." in pieces or "\0" in name or (pieces and re.match("[A-Za-z]:", pieces[0])):
        fault = _OUTSIDE
        # kept apart from every proper name, which has no slash; under its first folder if that is one
        tidy = bool(pieces) and not name.startswith("/") and pieces[0] != ".." and ":" not in pieces[0]
        parts = (pieces[0], "/".join(pieces[1:])) if tidy and len(pieces) > 1 else (f"/{name}",)
    elif not pieces:
        fault, parts = "it has no name", ("/",)
    else:
        parts = tuple(pieces)
        if kind == stat.S_IFLNK:
            fault = _LINK
        elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            fault = _SPECIAL
    return Entry(parts, info.file_size, folder and not fault, fault, info)


def _decoded(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it; see the module's docstring."""
    name = info.orig_filename
    if info.flag_bits & _UTF8_FLAG or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    # three letters running that a code page calls Cyrillic: no Western name has three accents running
    if re.search(rb"[\x80-\xaf\xe0-\xf1]{3}", raw) and not re.search(rb"[\xb0-\xdf\xf8-\xff]", raw):
        return raw.decode("cp866")
    if re.search(rb"[\xc0-\xff\xa1\xa2\xb2\xb3]{3}", raw):
        with suppress(UnicodeDecodeError):
            return raw.decode("cp1251")
    return name


def _refuse(entry: Entry, size: int, limit: int) -> None:
    if entry.fault:
        raise Unreadable(entry.fault)
    if size > limit:
        raise Unreadable(f"it has {size / MB:,.0f} MB, more than the {limit / MB:.0f} MB that are read")


def _read(file: Any, limit: int) -> bytes:
    """All of a file; it is capped while it is read, since what it declares may not be true."""
    pieces, size = [], 0
    while piece := file.read(_CHUNK):
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise Unreadable(f"it has more than the {limit / MB:.0f} MB that are read")
    return b"".join(pieces)


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem)
