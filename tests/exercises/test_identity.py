"""Whose variant a submission is graded against."""

import pytest

from unionstate.exercises.identity import OneVariant, Roster, Unknown, fingerprint
from unionstate.exercises.variants import Variant

STUDENTS = {
    "a1": {"token": "aaaaaaaa", "parameters": {"n": 1}, "name": "Ann Lee"},
    "b2": {"token": "bbbbbbbb", "parameters": {"n": 2}, "name": "Bob Ray"},
    "c3": {"token": "cccccccc", "parameters": {"n": 3}, "name": "Kim Cho"},
    "d4": {"token": "dddddddd", "parameters": {"n": 4}, "name": "Kim Cho"},
    "e5": {"token": "eeeeeeee", "parameters": {"n": 5}, "name": "Zoë Núñez"},
}


@pytest.mark.parametrize(
    "keys, name, token, of, noted",
    [
        (["a1"], "", "aaaaaaaa", "a1", ""),
        (["A1"], "", "", "a1", ""),
        (["a1"], "Bob Ray", "bbbbbbbb", "a1", "the variant of another student"),
        (["x", "b2"], "Ann Lee", "", "b2", ""),
        (["ann-lee-77"], " ann  LEE ", "bbbbbbbb", "a1", "the variant of another student"),
        (["leeann-77"], "leeann", "bbbbbbbb", "a1", "the variant of another student"),
        (["x"], "Núñez Zoë".replace("ë", "e\u0308"), "", "e5", ""),
        (["x"], "raybob", "", "b2", ""),
        (["x"], "Lee, Ann", "", "a1", ""),
        (["kim-cho-9"], "chokim", "dddddddd", "d4", "Neither id nor name is one student's"),
        (["kim-cho-9"], "Kim Cho", "dddddddd", "d4", "Neither id nor name is one student's"),
        (["homework"], "homework", "cccccccc", "c3", "the variant is the notebook's"),
        (["a1"], "", "zzzzzzzz", "a1", "a variant that is not of this assignment"),
    ],
)
def test_a_student_is_known_by_id_else_by_a_name_of_ones_own_else_by_the_notebook(keys, name, token, of, noted):
    found = Roster(STUDENTS).identify(keys, name, token)
    assert found.of == of and found.variant == Variant(STUDENTS[of]["parameters"], STUDENTS[of]["token"])
    assert noted in " ".join(found.notes) and bool(noted) == bool(found.notes)
    assert found.by_notebook == (not found.name) == (name in ("homework", "Kim Cho", "chokim"))


@pytest.mark.parametrize(
    "name, token, said", [("Kim Cho", "", "names no variant"), ("Eve", "zzzzzzzz", "no variant of it")]
)
def test_a_stranger_is_graded_against_nobodys_variant(name, token, said):
    with pytest.raises(Unknown, match=f"not in the roster.*{said}"):
        Roster(STUDENTS).identify(["x"], name, token)


def test_a_name_of_several_is_none_of_the_others():
    with pytest.raises(Unknown, match="Several students of the roster have this name.*of somebody else"):
        Roster(STUDENTS).identify(["x"], "Kim Cho", "aaaaaaaa")


def test_a_class_has_one_variant():
    cohort = OneVariant(Variant({"n": 1}, "aaaaaaaa"))
    assert cohort.identify([], "", "").notes == () == cohort.identify([], "", "aaaaaaaa").notes
    assert "another class" in cohort.identify([], "", "bbbbbbbb").notes[0]
    with pytest.raises(Unknown, match="--assignment"):
        OneVariant(Variant({"n": 1})).identify([], "", "bbbbbbbb")


def test_a_fingerprint_tells_assignments_apart():
    made = {fingerprint(*one) for one in [("a", b"s", ""), ("b", b"s", ""), ("a", b"t", ""), ("a", b"s", "spring")]}
    assert len(made) == 4 and all(len(one) == 16 for one in made)
