"""Finding submissions: the conventions of Moodle, Canvas and plain folders, and what must cost only itself."""

import io
import os
import re
import struct
import time
import tracemalloc
import unicodedata
import zipfile
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest
from handed_in import notebook, renamed, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unionstate.errors import CourseError
from unionstate.exercises import archives, submissions
from unionstate.exercises.lms_names import canvas_owner, key_of, moodle_owner, plain_owner
from unionstate.exercises.student_notebook import read_notebook
from unionstate.exercises.submissions import Submission, count_submissions, find_submissions

N1, N2 = notebook("a = 1"), notebook("a = 2")


@pytest.fixture
def found(tmp_path):
    """Finds the submissions among some files, both in a zip and in a folder, which must give the same."""

    def find(files: dict[str, bytes], **options) -> dict[str, Submission]:
        (tmp_path / "all.zip").write_bytes(zipped(files))
        for name, content in files.items():
            place = tmp_path / "all" / name
            place.mkdir(parents=True, exist_ok=True) if name.endswith("/") else None
            if not name.endswith("/"):
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content)
        packed = list(find_submissions(tmp_path / "all.zip", **options))
        loose = list(find_submissions(tmp_path / "all", **options))
        assert packed == loose
        assert count_submissions(tmp_path / "all") == count_submissions(tmp_path / "all.zip") == len(loose)
        return {one.student: one for one in loose}

    return find


def only(submissions_found: dict[str, Submission]) -> Submission:
    (one,) = submissions_found.values()
    return one


@pytest.fixture
def from_zip(tmp_path):
    def find(archive: bytes, **options) -> list[Submission]:
        (tmp_path / "all.zip").write_bytes(archive)
        return list(find_submissions(tmp_path / "all.zip", **options))

    return find


# --- conventions


def test_plain_files_and_folders(found):
    result = found(
        {
            "anna.ipynb": N1,
            "ben/homework.ipynb": N1,
            "cara/deep/deeper/x.ipynb": N1,
            "dora.zip": zipped({"mine/x.ipynb": N1, "work/data/gas.csv": b"1"}),
            "emil/pack.zip": zipped({"x.ipynb": N1}),
            "grades.csv": b"student,grade",
            "README.txt": b"about",
            "data/gas.csv": b"year",
        }
    )
    assert list(result) == ["anna", "ben", "cara", "dora", "emil"]
    assert all(one.content == N1 and not one.problem and not one.notes for one in result.values())
    assert result["dora"].file == "dora.zip/mine/x.ipynb"
    assert result["emil"].file == "emil/pack.zip/x.ipynb"
    assert {one.source for one in result.values()} == {"folder"}


@pytest.mark.parametrize(
    "name, key, person, lms",
    [
        ("Anna Petrova_1234567_assignsubmission_file_", "anna-petrova-1234567", "Anna Petrova", "1234567"),
        ("Anna Petrova_1234567_assignsubmission_file", "anna-petrova-1234567", "Anna Petrova", "1234567"),
        ("Anna_Petrova_1234567_assignsubmission_file_", "anna-petrova-1234567", "Anna Petrova", "1234567"),
        ("Анна Петрова_77_assignsubmission_file_", "анна-петрова-77", "Анна Петрова", "77"),
        ("Participant_1234_assignsubmission_file", "participant-1234", "Participant 1234", "1234"),
        ("O'Brien-Núñez, Zoë_9_assignsubmission_file_", "o-brien-núñez-zoë-9", "O'Brien-Núñez, Zoë", "9"),
        ("Group 1_17_assignsubmission_file", "group-1-17", "Group 1", "17"),
        ("李 明_5_assignsubmission_file_", "李-明-5", "李 明", "5"),
        ("12_34_assignsubmission_file_", "12-34", "12", "34"),
    ],
)
def test_moodle_names_its_folders(found, name, key, person, lms):
    one = only(found({f"{name}/week 1.ipynb": N1}))
    assert (one.student, one.name, one.source) == (key, person, "moodle")
    assert one.lms == {"participant": lms, "prefix": name.partition("_assignsubmission")[0]}
    assert one.content == N1


def test_moodle_flat_with_what_the_student_named_like_a_prefix(found):
    result = found(
        {
            "Anna Petrova_12_assignsubmission_file_Ben_13_assignsubmission_file_x.ipynb": N1,
            "Ben Lee_13_assignsubmission_file_my_note_book.ipynb": N2,
            "Default group_assignsubmission_file_x.ipynb": N1,
        }
    )
    assert [(one.name, one.lms.get("participant")) for one in result.values()] == [
        ("Anna Petrova", "12"),
        ("Ben Lee", "13"),
        ("Default group", None),
    ]
    assert result["ben-lee-13"].content == N2


def test_moodle_text_beside_a_file_and_alone(found):
    text = b"<p>here: https://colab.research.google.com/drive/1a</p>"
    result = found(
        {
            "Anna_1_assignsubmission_file_/x.ipynb": N1,
            "Anna_1_assignsubmission_onlinetext_/onlinetext.html": b"<p>I am done</p>",
            "Ben_2_assignsubmission_onlinetext_/onlinetext.html": text,
            "Cem_3_assignsubmission_onlinetext_/onlinetext.html": b"<p>forty two</p>",
        }
    )
    assert result["anna-1"].content == N1
    assert "a link to Colab (there: File, Download" in result["ben-2"].problem
    assert "text was typed into Moodle instead" in result["cem-3"].problem


@pytest.mark.parametrize(
    "name, key, person, lms",
    [
        ("petrovaanna_4711_90001_week1.ipynb", "petrovaanna-4711", "petrovaanna", {"user": "4711"}),
        ("петроваанна_4711_90001_week1.ipynb", "петроваанна-4711", "петроваанна", {"user": "4711"}),
        ("van_der_bergjan_4711_90001_a_2_3_b.ipynb", "van_der_bergjan-4711", "van_der_bergjan", {"user": "4711"}),
        ("anon_abcde_90001_week1.ipynb", "anon-abcde", "Anonymous abcde", {"anonymous": "abcde"}),
        ("4711_90001_week1.ipynb", "student-4711", "User 4711", {"user": "4711"}),
    ],
)
def test_canvas_names_its_files(found, name, key, person, lms):
    one = only(found({name: N1}))
    assert (one.student, one.name, one.source, one.notes) == (key, person, "canvas", ())
    assert one.lms == lms | {"file": "90001"}


def test_canvas_late_anonymous_and_handed_in_again(found):
    result = found(
        {
            "leeben_LATE_13_500_x.ipynb": N1,
            "LATE_anon_aBcDe_501_x.ipynb": N1,
            "LATE_anon_abcde_502_x.ipynb": N1,
            "petrovaanna_12_503_x-1.ipynb": N1,
            "petrovaanna_12_509_x-2.ipynb": N2,
            "kimsu_14_text.html": b"<p>done</p>",
            "kimsa_15_link.html": b"https://colab.research.google.com/drive/1a",
        }
    )
    assert [key for key, one in result.items() if "late" in " ".join(one.notes)] == [
        key for key in result if key.startswith(("anon", "leeben"))
    ]
    assert len([key for key in result if key.startswith("anon-")]) == 2
    assert result["petrovaanna-12"].content == N2
    assert "Canvas numbered it last" in result["petrovaanna-12"].notes[0]
    assert result["petrovaanna-12"].lms == {"user": "12", "file": "509"}
    assert "typed into Canvas" in result["kimsu-14"].problem
    assert "link to Colab" in result["kimsa-15"].problem


@pytest.mark.parametrize(
    "spoof, read",
    [
        ("mallory_1002_7777_x_1001_5555_hw.ipynb", "1001"),
        ("1002_1001_5555_hw.ipynb", "1001"),
        ("m_1002_7_1003_8_1001_5555_hw.ipynb", ""),
        ("1002_1001_text.html", "1001"),
    ],
)
def test_a_name_that_reads_as_another_students_number_in_canvas_takes_nothing_from_them(found, spoof, read):
    result = found(
        {spoof: N2, "alfaanna_1002_5556_hw.ipynb": N1, "betaben_1003_5557_a_2_3_b.ipynb": N1, "c_9_9_x.ipynb": N1}
    )
    assert result["alfaanna-1002"].content == N1 and result["alfaanna-1002"].lms["user"] == "1002"
    assert sorted(one.lms.get("user", "") for one in result.values()) == sorted([read, "1002", "1003", "9"])


def test_a_number_of_two_names_that_cannot_be_told_apart_is_given_to_neither(found):
    result = found({"m_1002_7_x_1001_5_hw.ipynb": N1, "alfaanna_1002_5556_a_2_3_b.ipynb": N2})
    assert [one.lms.get("user") for one in result.values()] == [None, None]
    assert {one.content for one in result.values()} == {N1, N2}
    assert all("have the same number" in one.notes[0] for one in result.values())


def test_a_plain_file_that_looks_like_canvas_stays_plain(found):
    result = found({"report_2016_2_final.ipynb": N1, "anna.ipynb": N1, "ben.ipynb": N1})
    assert [one.source for one in result.values()] == ["folder"] * 3
    assert "report_2016_2_final" in result


@pytest.mark.parametrize("wrapper", ["Assignment 1 (download)/", "a/b/"])
def test_one_folder_around_everything_is_looked_through(found, wrapper):
    files = {"Anna_1_assignsubmission_file_/x.ipynb": N1, "Ben_2_assignsubmission_file_/x.ipynb": N1}
    junk = {"__MACOSX/" + wrapper + "._x.ipynb": b"\0", ".DS_Store": b"\0", wrapper + ".DS_Store": b"\0"}
    assert list(found({wrapper + name: content for name, content in files.items()} | junk)) == ["anna-1", "ben-2"]


def test_a_single_students_folder_is_no_wrapper(found):
    one = only(found({"anna/x.ipynb": N1, "anna/.ipynb_checkpoints/x-checkpoint.ipynb": N2, "anna/data/gas.csv": b"1"}))
    assert (one.student, one.content) == ("anna", N1)


def test_one_notebook_alone(tmp_path):
    (tmp_path / "anna.ipynb").write_bytes(N1)
    (tmp_path / "ben.ipynb").write_bytes(N2)
    (one,) = find_submissions(tmp_path / "anna.ipynb")
    assert (one.student, one.content) == ("anna", N1)
    assert count_submissions(tmp_path / "anna.ipynb") == 1


def test_plain_submissions_below_several_folders(found):
    assert list(found({"a/b/anna.ipynb": N1, "a/b/ben/x.zip": zipped({"x.ipynb": N1})})) == ["anna", "ben"]


# --- which notebook counts


def test_the_notebook_that_names_the_exercise_counts(found):
    files = {
        "anna/scratch.ipynb": N1,
        "anna/gas.ipynb": notebook(exercise="the-gas"),
        "anna/dates.ipynb": notebook(exercise="dates"),
        "anna/broken.ipynb": b"{",
        "ben/a.ipynb": N1,
        "ben/b.ipynb": b"{",
        "cem/a.ipynb": N1,
        "cem/b.ipynb": N1,
    }
    result = found(files, exercise="the-gas")
    assert result["anna"].file == "anna/gas.ipynb"
    assert result["anna"].notes == ("Of 4 notebooks anna/gas.ipynb was graded, since its metadata name the exercise.",)
    assert result["ben"].file == "ben/a.ipynb"
    assert result["cem"].notes == ("The same notebook was handed in more than once.",)
    undecided = found(files)["anna"]
    assert undecided.content is None
    assert "2 different notebooks (anna/dates.ipynb, anna/gas.ipynb). Leave the one that counts" in undecided.problem


def test_nothing_is_guessed(found):
    result = found({"anna/a.ipynb": N1, "anna/a-Copy1.ipynb": N2, "ben.ipynb": N1, "ben.zip": zipped({"b.ipynb": N2})})
    assert "There are 2 different notebooks" in result["anna"].problem
    assert result["ben"].content == N1
    assert "a zip was handed in; it was not opened" in result["ben"].notes[0]


@pytest.mark.parametrize("name", ["x.ipynb.txt", "x.json", "x", "x.ipynb (1)", "x.ipynb.download"])
def test_a_notebook_under_another_ending_is_found(found, name):
    one = only(found({f"anna/{name}": N1, "anna/checks.json": b'{"cells": 1}'}))
    assert one.content == N1
    assert f"under the name {name}" in one.notes[0]


@pytest.mark.parametrize(
    "files, said",
    [
        ({"anna/x.pdf": b"%PDF-1.7"}, "x.pdf is a PDF. Please hand in the .ipynb file"),
        ({"anna.pdf": b"%PDF-1.7"}, "anna.pdf is a PDF"),
        ({"anna/": b""}, "The folder is empty."),
        ({"anna/.DS_Store": b"1"}, "The folder is empty."),
        ({"anna/x.zip": zipped({"x.pdf": b"%PDF", "y.csv": b"1"})}, "only: anna/x.zip/x.pdf, anna/x.zip/y.csv"),
        ({"anna/x.zip": zipped({})}, "only: anna/x.zip (empty)"),
        ({"anna/x.zip": zipped({"y.zip": zipped({"z.ipynb": N1})})}, "x.zip/y.zip: it is a zip inside a zip"),
        ({"anna/x.zip": zipped({"x.ipynb": N1})[:-30]}, "x.zip: it is damaged or cut off"),
        ({"anna/x.zip": b"no zip"}, "x.zip: it is no zip"),
        ({"anna.zip": zipped({"B_1_assignsubmission_file_/x.ipynb": N1})}, "grade it by itself"),
        ({f"anna/{n}.ipynb": b"{" + str(n).encode() for n in range(13)}, "13 notebooks were handed in"),
        ({"anna/x.zip": zipped({f"{n}.ipynb": N1 for n in range(13)})}, "zip holds 13 notebooks"),
    ],
)
def test_why_there_is_no_notebook(found, files, said):
    result = found(files | {"ben.ipynb": N1, "cem.ipynb": N1})
    assert said in result["anna"].problem
    assert result["anna"].content is None
    assert result["ben"].content == N1


# --- hostile


@pytest.mark.parametrize(
    "name", ["../../evil.ipynb", "/etc/evil.ipynb", "C:/evil.ipynb", "..\\..\\evil.ipynb", "\\\\host\\evil.ipynb", "/"]
)
def test_names_that_lead_outside(from_zip, name):
    evil, anna = sorted(from_zip(zipped([(name, N1), ("anna.ipynb", N1)])), key=lambda one: one.student == "anna")
    assert anna.content == N1
    assert evil.content is None
    assert "leads out of the archive" in evil.problem
    assert not re.search(r"[/\\:]", evil.student)


def test_a_name_that_leads_outside_below_a_student_or_in_a_students_zip(from_zip):
    inner = zipped({"../../x.ipynb": N1, "good.ipynb": N2})
    anna, ben = from_zip(zipped({"anna/../../x.ipynb": N1, "ben/x.zip": inner}))
    assert anna.student == "anna"
    assert "leads out" in anna.problem
    assert ben.content == N2
    assert "leads out" in ben.notes[0]


def test_links_in_a_zip(from_zip):
    names = ("anna.ipynb", "ben/x.ipynb")
    anna, ben = from_zip(zipped({name: b"/etc/passwd" for name in names}, links=names))
    assert "it is a link" in anna.problem
    assert "it is a link" in ben.problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_links_pipes_and_devices_in_a_folder(tmp_path):
    secret = tmp_path / "secret.ipynb"
    secret.write_bytes(N1)
    folder = tmp_path / "all"
    (folder / "anna").mkdir(parents=True)
    (folder / "anna" / "x.ipynb").symlink_to(secret)
    (folder / "ben.ipynb").symlink_to(secret)
    (folder / "cem").symlink_to(tmp_path)
    os.mkfifo(folder / "dora.ipynb")
    (folder / "emil.ipynb").symlink_to(folder / "emil.ipynb")
    (folder / "fay.ipynb").write_bytes(N1)
    result = {one.student: one for one in find_submissions(folder)}
    assert [key for key, one in result.items() if one.content] == ["fay"]
    assert all("it is a link" in result[key].problem for key in ("anna", "ben", "cem", "emil"))
    assert "a device or a pipe" in result["dora"].problem


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_takes_a_files_place_after_it_was_listed_is_not_opened(tmp_path):
    (tmp_path / "anna.ipynb").write_bytes(N1)
    (tmp_path / "ben.ipynb").write_bytes(N1)
    tree = archives.FolderTree(tmp_path)
    (anna,), (ben,) = tree.files("anna.ipynb"), tree.files("ben.ipynb")
    (tmp_path / "anna.ipynb").unlink()
    (tmp_path / "anna.ipynb").symlink_to(tmp_path / "ben.ipynb")
    (tmp_path / "ben.ipynb").unlink()
    os.mkfifo(tmp_path / "ben.ipynb")
    for entry in (anna, ben):
        with pytest.raises(archives.Unreadable):
            tree.read(entry)


def test_200_mb_are_refused_without_being_read(tmp_path, monkeypatch):
    for name in ("anna.ipynb", "ben.zip"):
        with open(tmp_path / name, "wb") as file:
            file.truncate(200_000_000)  # takes no room on the disk
    (tmp_path / "cem.ipynb").write_bytes(N1)
    opened = []
    real = os.open
    monkeypatch.setattr(os, "open", lambda name, *more, **named: opened.append(str(name)) or real(name, *more, **named))
    anna, ben, cem = find_submissions(tmp_path)
    assert "it has 200 MB, more than the 20 MB that are read" in anna.problem
    assert "it has 200 MB, more than the 40 MB that are read" in ben.problem
    assert cem.content == N1
    assert [name for name in opened if name.endswith((".ipynb", ".zip"))] == [str(tmp_path / "cem.ipynb")]


def test_bombs(from_zip):
    flat = zipped({"x.ipynb": b"0" * 19_000_000})
    large = zipped({"x.ipynb": b"0" * 21_000_000})
    lies = bytearray(large)  # declares less than it unpacks to, in both places
    for at in (lies.index(b"PK\x03\x04") + 22, lies.index(b"PK\x01\x02") + 24):
        lies[at : at + 4] = struct.pack("<I", 100_000)
    tracemalloc.start()
    result = from_zip(zipped({"a.zip": flat, "b.zip": large, "c.zip": bytes(lies), "d.ipynb": N1}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "it would unpack to" in result[0].problem
    assert "it has 21 MB" in result[1].problem
    assert "it is damaged" in result[2].problem
    assert result[3].content == N1
    assert peak < 30_000_000


def test_many_entries(from_zip, monkeypatch):
    monkeypatch.setattr(submissions, "ENTRY_LIMIT", 50)
    crowd = {f"x/{number}.txt": b"" for number in range(60)}
    inner = zipped(crowd)
    anna, ben, cem = from_zip(zipped({f"anna/{name}": b"" for name in crowd} | {"ben.zip": inner, "cem.ipynb": N1}))
    assert "More than 50 files" in anna.problem
    assert "more than 50 entries" in ben.problem
    assert cem.content == N1
    monkeypatch.setattr(submissions, "STUDENT_DIRECTORY_LIMIT", 1000)
    assert "table of contents is too long" in from_zip(zipped({"ben.zip": inner, "cem.ipynb": N1}))[0].problem


def test_the_reading_of_one_student_is_limited_in_all(from_zip, monkeypatch):
    monkeypatch.setattr(submissions, "STUDENT_LIMIT", 1000)
    files = {f"anna/{number}.ipynb": notebook(f"x = {number}", "y" * 300) for number in range(3)}
    anna, ben = from_zip(zipped(files | {"ben.ipynb": N1}))
    assert "more than 0 MB would have to be read" in " ".join(anna.notes) + anna.problem
    assert ben.content == N1


def test_a_password_an_unusual_packing_and_a_wrong_checksum(from_zip):
    locked = bytearray(zipped({"x.ipynb": N1}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + at] |= 1
    wrong = bytearray(zipped({"x.ipynb": N1}, compression=zipfile.ZIP_STORED))
    wrong[wrong.index(b"nbformat")] ^= 1
    anna, ben, cem, dora = from_zip(
        zipped(
            {
                "anna.zip": bytes(locked),
                "ben.zip": zipped({"x.ipynb": N1}, compression=zipfile.ZIP_LZMA),
                "cem.zip": bytes(wrong),
                "dora.ipynb": N1,
            }
        )
    )
    assert "protected by a password" in anna.problem
    assert "packed in an unusual way" in ben.problem
    assert "it is damaged" in cem.problem
    assert dora.content == N1


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice(from_zip):
    anna, ben, cem = from_zip(
        zipped([("anna.ipynb", N1), ("anna.ipynb", N2), ("ben/x.ipynb", N1), ("ben/X.ipynb", N2), ("cem.ipynb", N1)])
    )
    assert "2 different notebooks" in anna.problem
    assert "2 different notebooks" in ben.problem
    assert cem.content == N1


def test_names_in_other_code_pages(from_zip):
    utf8, cp866, cp1251 = "Анна".encode(), "Анна".encode("cp866"), "Анна".encode("cp1251")
    for raw in (utf8, cp866, cp1251):
        (one,) = from_zip(renamed(zipped({"#" * len(raw) + ".ipynb": N1}), b"#" * len(raw), raw))
        assert (one.name, one.content) == ("Анна", N1)
    (one,) = from_zip(renamed(zipped({"Zo#.ipynb": N1}), b"Zo#", "Zoë".encode("cp437")))
    assert (one.name, one.content) == ("Zoë", N1)


def test_windows_separators(from_zip):
    anna, ben = from_zip(zipped({"anna\\x.ipynb": N1, "ben\\": b"", "ben\\deep\\x.ipynb": N1}))
    assert (anna.student, anna.content, ben.student, ben.content) == ("anna", N1, "ben", N1)


def test_a_file_that_cannot_be_opened_costs_only_itself(tmp_path, monkeypatch):
    (tmp_path / "anna").mkdir()
    (tmp_path / "ben.ipynb").write_bytes(N1)
    (tmp_path / "cem.ipynb").write_bytes(N1)
    real_scan, real_open = os.scandir, os.open

    def scan(path):
        if str(path).endswith("anna"):
            raise PermissionError(13, "Permission denied")
        return real_scan(path)

    def opening(path, *more, **named):
        if str(path).endswith("ben.ipynb"):
            raise PermissionError(13, "Permission denied")
        return real_open(path, *more, **named)

    monkeypatch.setattr(os, "scandir", scan)
    monkeypatch.setattr(os, "open", opening)
    anna, ben, cem = find_submissions(tmp_path)
    assert "anna: it cannot be opened (Permission denied)" in anna.problem
    assert "ben.ipynb: it cannot be opened (Permission denied)" in ben.problem
    assert cem.content == N1


def test_folders_in_folders(found, from_zip, tmp_path):
    deep = {depth: "/".join("abcdefghijkl"[:depth]) + "/x.ipynb" for depth in (8, 9)}
    result = found({"cem/" + deep[8].removeprefix("a/"): N1, "ben.zip": zipped({deep[8]: N1})})
    assert all(one.content == N1 for one in result.values())
    files = {"anna/" + deep[8]: N1, "ben.zip": zipped({deep[9]: N1})}
    for name, content in files.items():
        (tmp_path / "deep" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "deep" / name).write_bytes(content)
    for one in (*from_zip(zipped(files)), *find_submissions(tmp_path / "deep")):
        assert "under more than 8 folders" in one.problem


# --- what cannot be read at all


def test_only_the_whole_raises(tmp_path):
    (tmp_path / "text.txt").write_bytes(b"hello")
    (tmp_path / "cut.zip").write_bytes(zipped({"anna.ipynb": N1})[:-10])
    for name, said in {
        "nothing": "There is no such file or folder. Give the folder",
        "text.txt": "it is no zip. Give a folder or a zip",
        "cut.zip": "was it downloaded completely?",
    }.items():
        with pytest.raises(CourseError, match=re.escape(said)):
            find_submissions(tmp_path / name)
        with pytest.raises(CourseError):
            count_submissions(tmp_path / name)
    (tmp_path / "empty.zip").write_bytes(zipped({}))
    (tmp_path / "empty").mkdir()
    assert not list(find_submissions(tmp_path / "empty.zip"))
    assert not list(find_submissions(tmp_path / "empty"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_as_the_whole(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CourseError, match="neither a folder nor a file"):
        find_submissions(tmp_path / "pipe")


def test_a_zip_written_as_a_stream_as_moodle_writes_it(from_zip):
    class Stream(io.BytesIO):
        def seekable(self):
            return False

        def tell(self):
            raise io.UnsupportedOperation

    stream = Stream()
    name = "Anna Petrova_1_assignsubmission_file/x.ipynb"
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as file,
    ):
        file.write(N1)
    (one,) = from_zip(stream.getvalue())
    assert (one.student, one.content) == ("anna-petrova-1", N1)


def test_names_that_macos_took_apart(from_zip):
    for name in ("Андрей Йозеф_5_assignsubmission_file_/x.ipynb", "йозефандрей_5_6_x.ipynb", "йозеф.ipynb"):
        (whole,) = from_zip(zipped({name: N1}))
        (apart,) = from_zip(zipped({unicodedata.normalize("NFD", name): N1}))
        assert (whole.student, whole.name, whole.lms) == (apart.student, apart.name, apart.lms)
        assert unicodedata.is_normalized("NFC", apart.student + apart.name)


# --- keys

RESERVED = {"con", "prn", "aux", "nul"} | {f"{name}{number}" for name in ("com", "lpt") for number in range(10)}


def is_safe(key: str) -> bool:
    return (
        0 < len(key.encode()) <= 220
        and key == key.casefold()
        and key.split(".")[0] not in RESERVED
        and not re.search(r'[<>:"/\\|?*\x00-\x20\x7f]', key)
        and key[0] not in "-._"
        and key[-1] not in "-._"
        and all(unicodedata.category(one)[0] in "LMN" or one in "-._" for one in key)
    )


@pytest.mark.parametrize(
    "name", ["con", "NUL", "aux.txt", "Com1", "COM¹", "...", "", "-", "a.", " a", "a/b", "é" * 300]
)
def test_keys_of_awkward_names(name):
    assert is_safe(key_of(name))
    assert is_safe(plain_owner(name, folder=True).key)


def test_names_that_become_the_same_when_made_safe(from_zip):
    names = ["anna", "Anna", "ANNA", "an na", "an-na", "an?na", "con", "CON", "con.x", "ß", "ss", "a.", "a"]
    found = from_zip(zipped({f"{name}/x.ipynb": notebook(f"x = {name!r}") for name in names}))
    assert len({one.student.casefold() for one in found}) == len(names)
    assert {one.name: read_notebook(one.content).cells[0].source for one in found} == {
        name: f"x = {name!r}" for name in names
    }


def test_short_ids_stay_as_they_are():
    for name in ("anna", "s1234567", "anna.petrova", "b-2", "анна", "x_y"):
        assert key_of(name) == name


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=80), st.text(max_size=80))
def test_keys_are_safe_and_differ(one, other):
    assert is_safe(key_of(one))
    assert key_of(one) == key_of(one)
    if one != other:
        assert key_of(one).casefold() != key_of(other).casefold()
    assert key_of(key_of(one)) != key_of(one) or key_of(one) == one
    for owner in (moodle_owner(f"{one}_7_assignsubmission_file_"), canvas_owner(f"{one}_7_8_{other}")):
        assert owner is None or (is_safe(owner.key) and owner.name)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(min_size=1, max_size=12), unique=True, max_size=12), st.randoms(use_true_random=False))
def test_keys_do_not_depend_on_the_order_or_on_others(tmp_path, names, chance):
    files = [(f"{name}.ipynb", notebook(f"x = {number}")) for number, name in enumerate(names)]
    tidy = [(name, content) for name, content in files if name.encode("utf-8", "ignore").decode() == name]
    shuffled = list(tidy)
    chance.shuffle(shuffled)

    def keys(pairs):
        (tmp_path / "all.zip").write_bytes(zipped(pairs))
        found = list(find_submissions(tmp_path / "all.zip"))
        assert len({one.student.casefold() for one in found}) == len(found)
        assert all(is_safe(one.student) for one in found)
        return {one.student: one.content for one in found}

    assert keys(tidy) == keys(shuffled)
    for student, content in keys(tidy[:1]).items():
        assert keys(tidy).get(student, content) == content or len(tidy) > 1


# --- anything at all

PIECES = [
    "anna",
    "Анна",
    "..",
    ".",
    "",
    "/",
    "C:",
    "con",
    "__MACOSX",
    "a_1_assignsubmission_file_",
    "x_1_2_y",
    "\0",
    "x",
]
ENDINGS = [".ipynb", ".zip", ".pdf", "/", "", ".IPYNB", ".ipynb.txt"]
PATHS = st.builds(
    lambda pieces, end: "/".join(pieces) + end,
    st.lists(st.sampled_from(PIECES) | st.text(max_size=5), min_size=1, max_size=4),
    st.sampled_from(ENDINGS),
).filter(lambda name: len(name) < 100 and name.encode("utf-8", "ignore").decode() == name)
CONTENTS = st.sampled_from(
    [N1, N2, b"", b"{", b"%PDF", zipped({"x.ipynb": N1}), zipped({"../x.ipynb": N1})]
) | st.binary(max_size=40)


def check_any(archive: bytes, place) -> None:
    place.write_bytes(archive)
    try:
        found = list(find_submissions(place))
    except CourseError:
        return
    assert len({one.student for one in found}) == len(found)
    for one in found:
        assert is_safe(one.student)
        assert one.name
        assert (one.content is None) == bool(one.problem)
        for text in (one.name, one.file, one.problem, *one.notes, *one.lms.values()):
            text.encode()
            assert "\n" not in text
        if one.content is not None:
            with suppress(CourseError):
                read_notebook(one.content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(PATHS, CONTENTS), max_size=6))
def test_any_names_give_submissions(tmp_path, files):
    check_any(zipped(files), tmp_path / "all.zip")


BASE = zipped(
    {"anna.ipynb": N1, "ben.zip": zipped({"x.ipynb": N2}), "Cem_3_assignsubmission_file_/x.ipynb": N1, "d/": b""}
)


@settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), max_size=6),
    st.integers(0, len(BASE)),
    st.booleans(),
)
def test_a_changed_or_cut_zip_gives_submissions_or_a_course_error(tmp_path, changes, end, cut):
    archive = bytearray(BASE)
    for at, value in changes:
        archive[at] = value
    check_any(bytes(archive[:end] if cut else archive), tmp_path / "all.zip")


# --- many


def test_ten_thousand_stay_flat_in_memory_and_linear_in_time(tmp_path):
    content = notebook("x = 1", "y" * 6000)

    def archive(count: int) -> Path:
        files = {f"S {number}_{number}_assignsubmission_file_/x.ipynb": content for number in range(count)}
        (tmp_path / f"{count}.zip").write_bytes(zipped(files))
        return tmp_path / f"{count}.zip"

    def seconds(path: Path) -> float:
        start = time.process_time()
        assert sum(len(one.content) for one in find_submissions(path)) == count_submissions(path) * len(content)
        return time.process_time() - start

    small, large = archive(1_000), archive(10_000)
    assert min(seconds(large) for _ in range(2)) < 10 * 2 * min(seconds(small) for _ in range(3))
    tracemalloc.start()
    assert all(one.content for one in find_submissions(large))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # the table of contents takes about 2 KB an entry; the contents would be 60 MB
    assert peak < 30_000_000


def test_memory_does_not_grow_with_the_files_of_a_folder(tmp_path):
    for number in range(1_000):
        (tmp_path / f"s{number}.ipynb").write_bytes(b"{" + b" " * 20_000 + str(number).encode())
    tracemalloc.start()
    assert sum(len(one.content) for one in find_submissions(tmp_path)) > 20_000_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


def test_the_first_comes_before_the_last_is_read(tmp_path, monkeypatch):
    (tmp_path / "all.zip").write_bytes(zipped({f"s{number}.ipynb": N1 for number in range(20)}))
    read = []
    real = archives.ZipTree.read
    monkeypatch.setattr(
        archives.ZipTree, "read", lambda tree, entry, *limit: read.append(entry) or real(tree, entry, *limit)
    )
    assert len(list(islice(find_submissions(tmp_path / "all.zip"), 2))) == 2
    assert len(read) == 2
