"""unionstate assign: what students get holds no answer that they should find, and nothing of it is ever lost."""

import ast
import json
import os
import re
import stat
import zipfile

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unionstate.cli import main
from unionstate.errors import CourseError
from unionstate.exercises import assign as module
from unionstate.exercises.answer_key import answer_key
from unionstate.exercises.assign import assign, public_checks, safe_file_names, student_files
from unionstate.exercises.assignment import Assignment, load_assignment, read_secret
from unionstate.exercises.check import check
from unionstate.exercises.checks import ExerciseChecks
from unionstate.exercises.identity import of_the_assignment
from unionstate.exercises.key_page import key_page
from unionstate.exercises.roster import read_roster
from unionstate.exercises.source import exercise_names, load_exercise
from unionstate.exercises.variants import draw

GAS = "the-implied-gas-subsidy"
SECRET = bytes(range(32))
ROSTER = "\ufeffID;Name;Course\nmm01;Ana Иванова;A\n../../etc/x;Bo;A\nCON;C <b>;B\n"


@pytest.fixture
def roster(tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER, encoding="utf-8")
    return file


def files_in(file):
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def contents(folder):
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("name", exercise_names())
def test_a_students_files_hold_no_hidden_check_and_no_solution(name):
    exercise = load_exercise(name)
    for who in ("Ada", "Bo", "Eve"):
        variant = draw(exercise, SECRET, who)
        key = answer_key(exercise, variant)
        files = student_files(exercise, variant, key)
        assert {path.split("/")[0] for path in files} == {name}
        notebook = nbformat.reads(files[f"{name}/{name}.ipynb"].decode(), as_version=4)
        nbformat.validate(notebook)
        assert notebook.metadata["unionstate"] == {"exercise": name, "variant": variant.token}
        code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
        shown = {line.strip() for line in code.splitlines()}
        given = {line.strip() for one in exercise.cells if one.use != "solution" for line in one.source.splitlines()}
        solved = {line.strip() for one in exercise.cells if one.use == "solution" for line in one.source.splitlines()}
        assert not (solved - given) & shown
        text = b"\n".join(content for path, content in files.items() if "/data/" not in path).decode()
        hidden = {id_: one for id_, one in exercise.checks.items() if not one.public}
        assert not [id_ for id_, one in hidden.items() if one.message in text]
        answers = [key[id_].value for id_ in hidden]
        told = numbers_in(json.loads(files[f"{name}/checks.json"]))
        assert not [one for one in told if one in answers and not one.is_integer()]
        count = len(json.loads(files[f"{name}/checks.json"])["questions"])
        assert count == len(exercise.questions)


def numbers_in(value):
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from numbers_in(one)
    elif isinstance(value, float):
        yield value


def test_the_files_of_a_student_work_on_their_own(tmp_path, monkeypatch):
    exercise = load_exercise(GAS)
    variant = draw(exercise, SECRET, "Ada")
    for path, content in student_files(exercise, variant, answer_key(exercise, variant)).items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    monkeypatch.chdir(tmp_path / GAS)
    names = {"__name__": "__main__"}
    for cell in exercise.code("solution", variant.parameters):
        exec(compile(cell.source, "cell", "exec"), names)
    for question in exercise.questions:
        report = check(question.id, names)
        assert (report.passed, report.messages) == (report.total, ()) and report.total
    starter = json.loads((tmp_path / GAS / f"{GAS}.ipynb").read_text())
    for cell in starter["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(ast.parse("".join(cell["source"])), "cell", "exec"), names)
    assert [check(question.id, names).passed for question in exercise.questions] == [0] * 5
    (tmp_path / GAS / "checks.json").write_text('{"exercise": ')
    with pytest.raises(CourseError, match="checks.json: The file with the checks of this exercise is damaged"):
        check("4a", names)
    monkeypatch.setenv("UNIONSTATE_GRADING", "1")
    assert repr(check("4a", names)) == "4a: checked when the notebook has run."


def test_a_wrong_answer_that_is_the_hidden_right_one_is_not_handed_out():
    exercise = load_exercise(GAS)
    variant = draw(exercise, SECRET, "Ada")
    key = answer_key(exercise, variant)
    hidden = key["4c.2"].value
    assert hidden in [value for value, _ in key["4c.1"].wrong]
    given = ExerciseChecks.model_validate(public_checks(exercise, variant, key))
    shown = [one.value for question in given.questions for one_check in question.checks for one in one_check.wrong]
    assert shown and hidden not in shown


def test_a_roster_gives_each_student_a_file_and_the_instructor_a_key(tmp_path, roster, capsys):
    out = tmp_path / "out"
    assert main(["assign", GAS, "--roster", str(roster), "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Students: 3; different variants: ") and "Keep to yourself" in said
    assert sorted(contents(out)) == [
        "README.txt", "assignment.json", "key.html",
        "students/etc-x.zip", "students/mm01.zip", "students/student-CON.zip",
    ]  # fmt: skip
    assignment = load_assignment(out / "assignment.json")
    assert list(assignment.students) == ["mm01", "../../etc/x", "CON"] and len(assignment.secret) == 32
    assert assignment.students["mm01"]["name"] == "Ana Иванова"
    for id_, name in safe_file_names(assignment.students).items():
        files = files_in(out / "students" / f"{name}.zip")
        token = json.loads(files[f"{GAS}/{GAS}.ipynb"])["metadata"]["unionstate"]["variant"]
        assert token == json.loads(files[f"{GAS}/checks.json"])["variant"] == assignment.students[id_]["token"]
        assert assignment.variant_for(token) == assignment.variant_for(id_)
        assert draw(load_exercise(GAS), assignment.secret, id_) == assignment.variant_for(id_)
    page = (out / "key.html").read_text()
    assert "C &lt;b&gt;" in page and all(one["token"] in page for one in assignment.students.values())
    if os.name == "posix":
        for name in ("assignment.json", "key.html", "README.txt"):
            assert stat.S_IMODE((out / name).stat().st_mode) == 0o600


def test_the_same_command_writes_the_same_again_and_adds_who_came_later(tmp_path, roster, capsys):
    out = tmp_path / "out"
    first = assign(GAS, out, roster=roster).assignment
    before = contents(out)
    (out / "students" / "mm01.zip").unlink()
    assert assign(GAS, out, roster=roster).existed and contents(out) == before
    roster.write_text(ROSTER + "late;Di;A\n", encoding="utf-8")
    done = assign(GAS, out, roster=roster)
    assert (done.added, done.assignment.secret) == (1, first.secret)
    assert {id_: done.assignment.students[id_] for id_ in first.students} == first.students
    assert {name: contents(out)[name] for name in before if name.endswith(".zip")} == {
        name: content for name, content in before.items() if name.endswith(".zip")
    }


def test_a_variant_that_was_handed_out_stays_when_the_exercise_draws_others(tmp_path, roster, monkeypatch):
    out = tmp_path / "out"
    first = assign(GAS, out, roster=roster).assignment
    monkeypatch.setattr(module, "draw", lambda *_: pytest.fail("nobody is new"))
    assert assign(GAS, out, roster=roster).assignment == first


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["the-text-as-a-table"], "of the exercise the-implied-gas-subsidy"),
        ([GAS], "for the students of a roster"),
        ([GAS, "--roster", "other.csv"], "for students who are not in this roster (mm01, ../../etc/x, CON)"),
        ([GAS, "--roster", "roster.csv", "--secret-from", "secret.txt"], "with another secret"),
    ],
)
def test_another_assignment_is_never_written_over(tmp_path, roster, monkeypatch, capsys, arguments, said):
    monkeypatch.chdir(tmp_path)
    assign(GAS, tmp_path / "out", roster=roster)
    before = contents(tmp_path / "out")
    (tmp_path / "other.csv").write_text("id\nzz\n")
    (tmp_path / "secret.txt").write_text("ab" * 32)
    assert main(["assign", *arguments, "--out", "out"]) == 1
    error = capsys.readouterr().err
    assert f"out/assignment.json: Another assignment lies here: {said}. Name another folder" in error
    assert contents(tmp_path / "out") == before


def test_a_class_shares_a_variant_and_two_classes_of_one_secret_have_two(tmp_path):
    one = assign(GAS, tmp_path / "one", cohort="autumn").assignment
    two = assign(GAS, tmp_path / "two", cohort="spring", secret_from=tmp_path / "one" / "assignment.json").assignment
    assert one.secret == two.secret and one.variant.token != two.variant.token
    assert load_assignment(tmp_path / "one" / "assignment.json") == one
    assert one.variant_for() == one.variant == draw(load_exercise(GAS), one.secret, "autumn")
    assert [file.name for file in (tmp_path / "one" / "students").iterdir()] == [f"{GAS}.zip"]
    with pytest.raises(CourseError, match="Another assignment lies here: for the cohort 'autumn'"):
        assign(GAS, tmp_path / "one", cohort="spring")


def test_nothing_is_written_if_a_variant_has_no_good_answer(tmp_path, roster, monkeypatch):
    def refuse(*_):
        raise CourseError("No.")

    monkeypatch.setattr(module, "answer_key", refuse)
    with pytest.raises(CourseError):
        assign(GAS, tmp_path / "out", roster=roster)
    assert not (tmp_path / "out").exists()


def test_a_disk_that_is_full_leaves_no_half_file_and_the_secret_is_kept(tmp_path, roster, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.tempfile, "NamedTemporaryFile", full)
    with pytest.raises(CourseError, match="mm01.zip: The file cannot be written .No space left on device"):
        assign(GAS, tmp_path / "out", roster=roster)
    secret = load_assignment(tmp_path / "out" / "assignment.json").secret
    monkeypatch.undo()
    assert assign(GAS, tmp_path / "out", roster=roster).assignment.secret == secret
    assert not [name for name in contents(tmp_path / "out") if name.endswith(".part")]


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "roster.csv: The roster is empty."),
        (b"id\n", "The roster names no student."),
        (b"name,number\nA,1\n", "roster.csv:1: The roster has no column 'id'. Its columns are: name, number."),
        (b"id,ID\nA,1\n", "more than one column 'id'"),
        (b"id,name\na,A\n,B\n", "roster.csv:3: This row has no id."),
        (b"id,name\na,A\n\nb,B\nA,C\n", "roster.csv:5: The id 'A' already stands in line 2."),
        (b"id,name\n\xff\n", "The roster is not UTF-8 text (byte 9). Save it again as 'CSV UTF-8'."),
        (b'id,name\na,"b\n', "roster.csv:2: The roster is no CSV file"),
        (b"id\n" + b"x" * 101, "roster.csv:2: This id is too long"),
        (b"id\na\0b\n", "roster.csv:2: "),
    ],
)
def test_a_fault_in_the_roster_is_told_with_its_line(tmp_path, content, said):
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(CourseError) as caught:
        read_roster(tmp_path / "roster.csv")
    assert said in str(caught.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rosters_of_all_spreadsheets_are_read(tmp_path, separator, end):
    rows = [["email", "Id ", "Name"], ["a@b.c", "1", '"Иванова; Ана, 2"'], ["", " 2", ""], ["", "", ""]]
    (tmp_path / "r.csv").write_bytes(end.join(separator.join(row) for row in rows).encode("utf-8-sig"))
    first, second = read_roster(tmp_path / "r.csv")
    assert (first.id, first.name, first.email) == ("1", "Иванова; Ана, 2", "a@b.c") and second.id == "2"


@pytest.mark.parametrize(
    "text",
    [
        "First name,Last name,ID number,Email address\nAda,Byron,7,a@b.c\n",
        "Identifier,Full name,Email address,Status,Grade\n7,Ada Byron,a@b.c,No submission,\n",
        'Student,ID,SIS Login ID,Section,Gas (47)\n,,,,Manual Posting\n"    Points Possible",,,,17\nAda Byron,7,x,,\n',
    ],
)
def test_the_lists_of_moodle_and_canvas_are_rosters(tmp_path, text):
    (tmp_path / "r.csv").write_text(text)
    (student,) = read_roster(tmp_path / "r.csv")
    assert (student.id, student.name) == ("7", "Ada Byron")


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('"secret": "', '"secret": "zz', "This is no assignment as 'unionstate assign' writes it (secret: "),
        ('"cohort"', '"kohort"', "(kohort: "),
        ('"students": {}', '"students": []', "(students: "),
        ('"token": "', '"token": "/', "(variant.token: "),
        ("{", "", "The assignment is damaged: it is not JSON."),
    ],
)
def test_a_damaged_assignment_is_told(tmp_path, old, new, said):
    file = tmp_path / "out" / "assignment.json"
    assign(GAS, tmp_path / "out")
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(CourseError) as caught:
        load_assignment(file)
    assert str(caught.value).startswith(str(file)) and said in str(caught.value)


def test_an_unknown_student_and_a_missing_file_are_told(tmp_path, roster):
    assignment = assign(GAS, tmp_path / "out", roster=roster).assignment
    with pytest.raises(CourseError, match="no student and no variant 'mm02'. Did you mean 'mm01'?"):
        assignment.variant_for("mm02")
    with pytest.raises(CourseError, match="Give the file assignment.json that"):
        load_assignment(tmp_path / "none.json")
    with pytest.raises(CourseError, match="This file holds no secret"):
        read_secret(roster)
    with pytest.raises(CourseError, match="There is a roster and a cohort"):
        assign(GAS, tmp_path / "x", roster=roster, cohort="a")


@given(st.integers(0, 400), st.integers(0, 20), st.text(max_size=8))
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_assignment_changed_anywhere_loads_or_gives_a_course_error(tmp_path, start, length, new):
    file = tmp_path / "assignment.json"
    if not (tmp_path / "good.json").exists():
        Assignment(GAS, SECRET, "", None, {"a": {"token": "a" * 8, "parameters": {"n": [1, "x"]}}}).save(file)
        file.rename(tmp_path / "good.json")
    good = (tmp_path / "good.json").read_text()
    file.write_bytes((good[:start] + new + good[start + length :]).encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load_assignment(file), Assignment)
    except CourseError as problem:
        assert str(file) in str(problem)


def test_work_is_graded_with_the_variant_on_record(tmp_path, roster):
    assignment = assign(GAS, tmp_path / "out", roster=roster).assignment
    entry = assignment.students["mm01"]
    entry["parameters"] = entry["parameters"] | {"year": 1995}  # as if the domains had been others then
    found = of_the_assignment(load_exercise(GAS), assignment).identify(["mm01"], "", entry["token"])
    assert found.variant.parameters["year"] == 1995 and found.variant.token == entry["token"]


def test_file_names_differ_on_every_system():
    ids = ["a", "A", "a ", "á", "../a", "Ж", "", "nul", "com1.x", "x" * 200, "x" * 201, "a/b", "a\\b", "-rf", "a-2"]
    names = safe_file_names(ids)
    assert len({name.casefold() for name in names.values()}) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", name) and len(name) < 70 for name in names.values())


def test_the_key_shows_all_answers_and_can_be_read_by_everybody(tmp_path, roster, page):
    assignment = assign(GAS, tmp_path / "out", roster=roster).assignment
    exercise = load_exercise(GAS)
    html = key_page(exercise, assignment)
    assert all(f'<th scope="row">{id_}</th>' in html for id_ in exercise.checks)
    assert "subsidy.loc[first:last].idxmax()" in html and "{param}" not in html and "5174.61" in html
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("request", lambda request: None if request.url.startswith("file:") else problems.append(request.url))
    page.goto((tmp_path / "out" / "key.html").as_uri())
    for scheme, width in (("light", 1000), ("dark", 360)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert problems == []
