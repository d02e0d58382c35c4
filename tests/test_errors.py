"""What a user reads when something is wrong: place, fault, remedy."""

import pytest

from unionstate.errors import CourseError, CourseErrors


@pytest.mark.parametrize(
    "error, shown",
    [
        (CourseError("It is wrong."), "It is wrong."),
        (CourseError("It is wrong.", remedy="Mend it."), "It is wrong. Mend it."),
        (CourseError("It is wrong.", line=3), "It is wrong."),
        (CourseError("It is wrong.", file="/nowhere/a.yml"), "/nowhere/a.yml: It is wrong."),
        (
            CourseError("It is wrong.", file="/nowhere/a.yml", line=3, remedy="Mend it."),
            "/nowhere/a.yml:3: It is wrong. Mend it.",
        ),
    ],
)
def test_an_error_reads_place_fault_remedy(error, shown):
    assert str(error) == shown


def test_a_file_below_the_current_folder_is_shown_from_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(CourseError("Wrong.", file=tmp_path / "a" / "b.yml", line=2)) == "a/b.yml:2: Wrong."


def test_several_errors_stand_on_lines_of_their_own():
    errors = CourseErrors([CourseError("One."), CourseError("Two.", file="/nowhere/b.yml")])
    assert str(errors).splitlines() == ["One.", "/nowhere/b.yml: Two."]
