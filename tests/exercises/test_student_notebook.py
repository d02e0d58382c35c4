"""Reading a student's notebook: what is taken from it, what is refused and why, and that nothing else ever happens."""

import json
import re
import time
import tracemalloc

import pytest
from handed_in import notebook, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from unionstate.errors import CourseError
from unionstate.exercises import student_notebook
from unionstate.exercises.runs import Cell
from unionstate.exercises.student_notebook import read_notebook


def made(cells, metadata=None, **more) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata or {}, "cells": cells, **more}).encode()


def code(source) -> dict:
    return {"cell_type": "code", "source": source}


def refusal(content: bytes) -> str:
    with pytest.raises(CourseError) as caught:
        read_notebook(content)
    assert caught.value.remedy
    return str(caught.value)


def test_cells_are_counted_as_the_student_sees_them():
    read = read_notebook(
        made(
            [{"cell_type": "markdown", "source": "# 1"}, code(["a = 1\n", "b = 2"]), code("  \n"), code("%time c = 3")]
        )
    )
    assert read.cells == (Cell(2, "a = 1\nb = 2"), Cell(4, "%time c = 3"))
    assert (read.token, read.exercise, read.notes) == ("", "", ())


def test_what_tools_write_otherwise_is_read():
    cells = [code(["a = 1", "b = 2"]), code(["c = 3\n", "d = ", "4"])]
    read = read_notebook(json.dumps({"nbformat": 4.0, "cells": cells}).encode())
    assert [cell.source for cell in read.cells] == ["a = 1\nb = 2", "c = 3\nd = 4"]


def test_the_metadata_name_the_exercise_and_the_variant():
    read = read_notebook(notebook(exercise="the-implied-gas-subsidy", token="k3-Fx_9.a"))
    assert (read.exercise, read.token, read.notes) == ("the-implied-gas-subsidy", "k3-Fx_9.a", ())


@pytest.mark.parametrize("value", [5, True, [], {}, ["x"], "../x", "a b", "x" * 81, "a\n", "é", "<b>"])
def test_metadata_are_not_trusted(value):
    read = read_notebook(made([code("x = 1")], {"unionstate": {"exercise": value, "variant": value}}))
    assert (read.exercise, read.token) == ("", "")
    assert read.notes == (
        "The notebook's metadata name no proper variant.",
        "The notebook's metadata name no proper exercise.",
    )
    for metadata in (value, {"unionstate": value}, {"kernelspec": value, "language_info": value}):
        assert read_notebook(made([code("x = 1")], metadata)).cells


def test_cells_that_are_not_well_formed_or_over_long_are_left_out():
    cells = [code("a = 1"), 5, None, {"source": "x"}, code(7), code(["x", 7]), code("y" * 200_001), code("b = 2")]
    read = read_notebook(made(cells))
    assert [cell.number for cell in read.cells] == [1, 8]
    assert read.notes == (
        "Left out, since not well formed: cell 2, 3, 4, 5, 6.",
        "Left out, since longer than 200,000 characters: cell 7.",
    )


def test_copied_deleted_and_renamed_cells_are_fine():
    same = {"cell_type": "code", "id": "a", "source": "x = 1", "metadata": {"name": "1a"}}
    assert len(read_notebook(made([same, same, {**same, "id": "../b"}])).cells) == 3


def test_another_language_is_noted():
    read = read_notebook(made([code("x <- 1")], {"language_info": {"name": "R\n<b>"}}))
    assert read.notes == ("The notebook says that its language is R <b>; it was run as Python.",)


def test_half_characters_do_not_get_through():
    read = read_notebook(made([code("x = '\ud800'")]))
    assert read.cells == (Cell(1, "x = '?'"),)


def test_a_mark_of_the_byte_order_is_fine():
    assert read_notebook(b"\xef\xbb\xbf" + notebook("x = 1")).cells == (Cell(1, "x = 1"),)


def test_numbers_without_end_do_no_harm():
    content = notebook("x = 1").replace(b'"cells"', b'"n": ' + b"9" * 5000 + b', "f": 1e999, "cells"')
    assert read_notebook(content).cells


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "The file is empty, not a notebook. Open the notebook in JupyterLab"),
        (b" \n\t", "is empty"),
        (b"\0" * 500, "nothing but zero bytes"),
        (notebook().decode().encode("utf-16"), "text in UTF-16"),
        (notebook().decode().encode("utf-16-le"), "text in UTF-16"),
        (notebook().decode().encode("utf-16-be"), "text in UTF-16"),
        (b"%PDF-1.7\n", "is a PDF"),
        (zipped({"x.ipynb": notebook()}), "a zip under another name"),
        (zipped({"[Content_Types].xml": b"", "word/document.xml": b""}), "a document of a word processor"),
        (zipped({"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "a workbook of a spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Microsoft Office"),
        (b"{\\rtf1 x}", "RTF"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\0\0\0\x18ftypheic", "a format that is not known"),
        (b"<!DOCTYPE html><html><body class='jp-Notebook'><script src='jupyter'>", "exported as HTML"),
        (b"<!DOCTYPE html><html><title>GitHub</title>", "a web page"),
        (b"https://colab.research.google.com/drive/1abc", "a link to Colab (there: File, Download, Download .ipynb)"),
        (b"[InternetShortcut]\nURL=https://colab.research.google.com/drive/1", "a link to Colab"),
        (b"import pandas as pd\nx = 1\n", "a Python script"),
        (b"x = 5\n", "a Python script or plain text"),
        (b"---\njupytext:\n  x: y\n---\n# Title\n", "Markdown or a script of jupytext"),
        ("Мой ответ: 42".encode(), "is plain text"),
        (b'{"nbformat": 4, "cells": [\xff]}', "not text in UTF-8 (byte 26)"),
        (notebook()[:-20], "not valid JSON at line 1 of 1. It may be cut off"),
        (b'{\n"cells": [],\n<<<<<<< HEAD\n"nbformat": 4}', "marks of a merge"),
        (b"{}", "holds JSON, but no notebook"),
        (b"[1]", "holds JSON, but no notebook"),
        (b'{"url": "https://docs.google.com"}', "holds JSON, but no notebook"),
        (made([code("x")], nbformat="4"), "holds JSON, but no notebook"),
        (made([code("x")], nbformat=True), "holds JSON, but no notebook"),
        (made({"0": code("x")}), "holds JSON, but no notebook"),
        (b'{"nbformat": 3, "worksheets": []}', "old format (before 4). Open it in JupyterLab, save it again"),
        (made([code("x")], nbformat=5), "newer format (5)"),
        (made([]), "no answers: it has no cell with code. Hand in the notebook in which you worked"),
        (made([{"cell_type": "markdown", "source": "x = 1"}]), "no answers"),
        (made([5]), "no cell with code. Left out, since not well formed: cell 1."),
        (made([code("x")] * 2001), "2,001 cells, more than the 2,000"),
        (made([code("x" * 150_000)] * 14), "2,100,000 characters of code"),
    ],
)
def test_what_is_refused(content, said):
    assert said in refusal(content)


def test_size(monkeypatch):
    assert "has 21 MB, more than the 20 MB that are read. Clear its outputs" in refusal(b" " * 21_000_000)


@pytest.mark.parametrize(
    "content, said",
    [
        (b'{"cells": ' + b"[" * 100_000, "more than 100 deep"),
        (b'{"cells": ' + b'[{"a":' * 90 + b"1" + b"}]" * 90 + b"}", "more than 100 deep"),
        (b'{"nbformat": 4, "cells": [' + b"[]," * 2_000_000 + b"1]}", "more than 2,000,000 parts"),
        (b'{"nbformat": 4, "cells": [' + b'"",' * 1_500_000 + b"1]}", "more than 1,000,000 texts"),
        (b'{"nbformat": 4, "cells": ["' + b'\\"' * 3_000_000 + b'"]}', "more than 1,000,000 texts"),
        (b"[" + b"-" * 5_000_000, "not valid JSON"),
        (b"[" + b"1" * 5_000_000 + b"]", "but no notebook"),
    ],
)
def test_json_made_to_fill_memory(content, said):
    tracemalloc.start()
    start = time.process_time()
    message = refusal(content)
    seconds, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said in message
    assert peak < 60_000_000 + 4 * len(content)
    assert seconds < 5


def test_brackets_in_texts_do_not_count():
    source = "x = '" + "[{" * 5000 + '\' + "\\\\"'
    assert read_notebook(notebook(source)).cells[0].source == source


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["code", "x = 1"])
)
KEYS = st.sampled_from(
    [
        "cells",
        "metadata",
        "nbformat",
        "unionstate",
        "variant",
        "exercise",
        "source",
        "cell_type",
        "language_info",
        "name",
    ]
)
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


def check_any(content: bytes) -> None:
    try:
        read = read_notebook(content)
    except CourseError as problem:
        assert "\n" not in str(problem)
        return
    assert read.cells
    assert re.fullmatch(r"[A-Za-z0-9._-]*", read.token + read.exercise)
    for text in (*(cell.source for cell in read.cells), *read.notes):
        text.encode()


@settings(deadline=None, max_examples=150)
@given(JSON, JSON, st.sampled_from([4, 3, "4", None]))
def test_any_json_is_a_notebook_or_a_course_error(cells, metadata, version):
    check_any(json.dumps({"nbformat": version, "metadata": metadata, "cells": cells}).encode())
    check_any(json.dumps({"nbformat": 4, "metadata": {"unionstate": metadata}, "cells": [cells, code(cells)]}).encode())
    check_any(json.dumps(cells).encode())


BASE = notebook("x = 'é'", "y = 2", exercise="gas", token="t")


@settings(deadline=None, max_examples=150)
@given(
    st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), max_size=4),
    st.integers(0, len(BASE)),
    st.booleans(),
    st.binary(max_size=30),
)
def test_any_bytes_are_a_notebook_or_a_course_error(changes, end, cut, other):
    content = bytearray(BASE)
    for at, value in changes:
        content[at] = value
    check_any(bytes(content[:end] if cut else content))
    check_any(other)
    check_any(b"{" + other)


def test_the_limits_leave_room_for_honest_notebooks():
    """200 cells of 40 lines, with a figure of a million points and ten pictures of a megabyte as output."""
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 1_000_000}, "metadata": {}}
    points = {"output_type": "display_data", "data": {"application/json": [[0.5, 1.5]] * 200_000}, "metadata": {}}
    cells = [{**code("x = 1\n" * 40), "outputs": [picture] if number < 10 else []} for number in range(200)]
    cells[50]["outputs"] = [points]
    assert len(read_notebook(made(cells)).cells) == 200
    assert student_notebook.FILE_LIMIT >= 20_000_000
