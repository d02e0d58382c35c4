"""What teaches and tests what, and the notes on sources and sessions: right for the course, clear about faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import ROOT, run_unionstate

from unionstate.article import the_article
from unionstate.book import course_map, source_notes
from unionstate.book.course_map import cover, objectives, read_chapters, read_claims, split_source
from unionstate.book.outline import OBJECTIVES, TITLES, is_whole
from unionstate.book.people import shown_date, who_is_who
from unionstate.book.sessions import LONGEST, SHORTEST, read_sessions
from unionstate.data import load
from unionstate.errors import CourseErrors

CHAPTERS = read_chapters(ROOT)


def test_every_claim_is_covered_once_under_its_sentence() -> None:
    covered = cover(CHAPTERS)
    assert [one.id for one in covered] == ["0", *(sentence.id for sentence in the_article().sentences)]
    ids = [claim.id for one in covered for claim in one.claims]
    assert sorted(ids) == sorted(load("article_claims")["claim_id"])
    assert all(one.claims for one in covered)
    for claims in read_claims().values():
        for claim in claims:
            assert claim.sources or claim.verdict == "not found", claim.id
            assert all(address.startswith("http") for _, address in claim.sources), claim.id


def test_a_chapter_teaches_what_it_quotes_or_links() -> None:
    second = CHAPTERS[1]
    assert second.at_stake == {"2.1", "6.1"}
    assert {"2.1", "6.1", "2.2", "4.2"} <= second.taught
    by_id = {one.id: one for one in cover(CHAPTERS)}
    assert (second, True) in by_id["2.1"].chapters
    assert (second, False) in by_id["2.2"].chapters
    assert any(chapter is second and "0" in item.source for chapter, item in by_id["0"].items)
    assert {question.id for _, question in by_id["2.1"].questions} >= {"2a", "2e"}
    # the exercise of chapter 1 reads every sentence
    assert all("1a" in {question.id for _, question in one.questions} for one in by_id.values() if one.id != "0")


def test_a_sentence_that_nothing_teaches_is_named_once_the_book_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    only_second = CHAPTERS[1:2]
    monkeypatch.setattr(course_map, "read_chapters", lambda _: only_second)
    monkeypatch.setattr(course_map, "is_whole", lambda _: True)
    with pytest.raises(CourseErrors) as problem:
        course_map.check_coverage(ROOT)
    untaught = {sentence.id for sentence in the_article().sentences} - only_second[0].taught
    assert untaught
    assert len(problem.value.errors) == len(untaught)
    assert "No chapter teaches ¶7.2" in str(problem.value) and "{sentence}" in str(problem.value)


def test_while_chapters_are_missing_the_build_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_map, "is_whole", lambda _: False)
    course_map.check_coverage(ROOT)
    assert is_whole(ROOT) == (len(CHAPTERS) == len(TITLES))


def test_the_objectives_are_those_of_the_front_page() -> None:
    assert tuple(objectives(ROOT)) == OBJECTIVES
    assert objectives(ROOT)["LO1"] == "source and date a text"


def test_sources_are_split_into_title_and_address() -> None:
    assert split_source("TASS, report <https://tass.com/1>") == ("TASS, report", "https://tass.com/1")
    assert split_source("A book") == ("A book", "")


def test_dates_are_as_exact_as_they_are_known() -> None:
    assert [shown_date(text) for text in ("2016-02-05", "2016-02", "2016")] == [
        "5 February 2016",
        "February 2016",
        "2016",
    ]


def test_persons_hold_offices_that_do_not_end_before_they_begin() -> None:
    for entry in who_is_who("person"):
        assert entry.belarusian and entry.russian
        for office in entry.offices:
            assert not (office.start and office.end) or office.start <= office.end
    assert [one.name.split()[-1] for one in who_is_who("person")] == sorted(
        one.name.split()[-1] for one in who_is_who("person")
    )


def test_versions_of_a_difference_disagree() -> None:
    versions = load("source_versions").groupby("difference_id")["says"].nunique()
    assert set(versions.index) == set(load("source_differences")["difference_id"])
    assert (versions >= 2).all()


def test_sessions_are_one_a_chapter_and_fit_a_lesson() -> None:
    sessions = read_sessions()
    assert [one.chapter for one in sessions] == list(TITLES)
    assert all(SHORTEST <= one.minutes <= LONGEST for one in sessions)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sessions: [", "The plans cannot be read"),
        ("sessions: []", "not one for each chapter"),
        ("sessions: [{chapter: A}]", "sessions.0.aim: Field required"),
    ],
)
def test_a_faulty_plan_is_told(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "sessions.yml"
    file.write_text(text)
    with pytest.raises(CourseErrors, match=said):
        read_sessions(file)


def test_a_plan_that_is_too_long_is_told(tmp_path: Path) -> None:
    text = (ROOT / "chapters/sessions.yml").read_text().replace("minutes: 10,", "minutes: 40,", 2)
    (tmp_path / "sessions.yml").write_text(text)
    with pytest.raises(CourseErrors, match="sessions.0: the steps take 135 minutes"):
        read_sessions(tmp_path / "sessions.yml")


def test_every_entry_stands_once_on_the_page_of_sources() -> None:
    library = source_notes.read_library()
    keys = [work.key for _, shelves in library.shelves for shelf in shelves for work in shelf.works]
    assert sorted(keys) == sorted(library.entries)
    for _, shelves in library.shelves:
        for shelf in shelves:
            assert shelf.behind or not shelf.name
            for work in shelf.works:
                assert "{" not in work.title and "\\" not in work.title


def test_a_publisher_without_a_note_stops_the_build(course_copy: Path) -> None:
    notes = course_copy / "chapters/source_notes.yml"
    notes.write_text(notes.read_text().replace("  TASS: {", "  TAS: {"))
    done = run_unionstate(course_copy, "book")
    assert done.returncode == 1
    assert "chapters/source_notes.yml: No note says who stands behind 'TASS'" in done.stderr
    assert "Add it under 'publishers'" in done.stderr


def test_a_faulty_file_of_notes_stops_the_build(course_copy: Path) -> None:
    notes = course_copy / "chapters/source_notes.yml"
    notes.write_text(notes.read_text().replace("group: minsk", "gruop: minsk", 1))
    done = run_unionstate(course_copy, "book")
    assert done.returncode == 1
    assert "group: Field required" in done.stderr
