"""The command line: ``unionstate book``, ``notebooks``, ``quiz``, ``exercise``, … (``unionstate --help`` lists all)."""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
from pathlib import Path

from unionstate.errors import CourseError, CourseErrors
from unionstate.grading_commands import add_commands
from unionstate.local_server import port_number


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 if it did what was asked, 1 if a source is faulty (said on the error stream), 3 if it did what was asked and
        left something out (said too).
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name in Cyrillic must not stop a command
    try:
        options = _parser().parse_args(arguments)
        return options.run(options) or 0
    except CourseError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="unionstate", description="Tools of the course book.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    book = commands.add_parser("book", help="build the book into _build/html")
    book.set_defaults(run=_book)

    serve = commands.add_parser("serve", help="serve the built book on 127.0.0.1")
    serve.add_argument("--port", type=port_number, default=8000)
    serve.set_defaults(run=_serve)

    notebooks = commands.add_parser("notebooks", help="write the learner notebooks")
    notebooks.add_argument("--out", type=Path, default=Path("notebooks"), help="folder (default: notebooks)")
    notebooks.set_defaults(run=_notebooks)

    quiz = commands.add_parser("quiz", help="work on quiz files").add_subparsers(required=True, metavar="COMMAND")
    check = quiz.add_parser("check", help="check quiz files (default: all) and give advice on their items")
    check.add_argument("files", nargs="*", type=Path)
    check.set_defaults(run=_quiz_check)
    quiz.add_parser("schema", help="write the JSON Schema of quiz files").set_defaults(run=_quiz_schema)
    export = quiz.add_parser("export", help="write quizzes for other programs or for paper")
    export.add_argument("format", help="moodle-xml, gift, qti, anki, json, worksheet or key")
    export.add_argument("chapters", nargs="*", metavar="chapter", help="names of chapters (default: all)")
    export.add_argument("--out", type=Path, default=Path("_build/exports"), help="folder (default: _build/exports)")
    export.set_defaults(run=_quiz_export)

    collect = quiz.add_parser("collect", help="collect results files of learners into one class table")
    collect.add_argument("files", nargs="+", metavar="FILE", help="results files, or a pattern such as results/*.json")
    collect.add_argument("--out", type=Path, default=Path("class.csv"), help="the table (default: class.csv)")
    collect.set_defaults(run=_quiz_collect)
    preview = quiz.add_parser("preview", help="show a quiz file in the browser, anew each time it is saved")
    preview.add_argument("file", type=Path, metavar="FILE")
    preview.add_argument("--port", type=port_number, default=8010, help="default: 8010; 0 for any free one")
    preview.set_defaults(run=_quiz_preview)
    prose = commands.add_parser("prose", help="work on the text of chapters")
    prose = prose.add_subparsers(required=True, metavar="COMMAND")
    check = prose.add_parser("check", help="check the sources, the style and the readability of chapters")
    check.add_argument("files", nargs="*", type=Path, help="chapters or other pages (default: all chapters)")
    check.set_defaults(run=_prose_check)

    exercise = commands.add_parser("exercise", help="work on exercises")
    exercise = exercise.add_subparsers(required=True, metavar="COMMAND")
    check = exercise.add_parser("check", help="solve variants of exercises with their reference solutions")
    check.add_argument("names", nargs="*", metavar="NAME", help="names of exercises (default: all)")
    check.set_defaults(run=_exercise_check)

    assign = commands.add_parser("assign", help="make an assignment: variants of an exercise to hand out, and its key")
    assign.add_argument("exercise", metavar="EXERCISE", help="the name of its folder, such as the-implied-gas-subsidy")
    assign.add_argument("--roster", type=Path, metavar="FILE", help="CSV with a column 'id': a variant each")
    assign.add_argument("--cohort", default="", metavar="LABEL", help="without a roster: one variant for this class")
    assign.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="what to hand out and what to keep")
    assign.add_argument("--secret-from", type=Path, metavar="FILE", help="draw with the secret of an assignment.json")
    assign.set_defaults(run=_assign)

    add_commands(commands)

    data = commands.add_parser("data", help="work on the tables").add_subparsers(required=True, metavar="COMMAND")
    data.add_parser("check", help="check every table against datapackage.json").set_defaults(run=_data_check)

    article = commands.add_parser("article", help="write the table of the article's sentences")
    article.set_defaults(run=_article)
    return parser


def _book(_options: argparse.Namespace) -> None:
    from unionstate.book.inputs import is_built
    from unionstate.book.one_build import one_build
    from unionstate.paths import course_root

    with one_build(course_root()):
        if is_built(course_root()):
            print("Nothing changed since the last build.")
            front = course_root() / "_build" / "html" / "index.html"
        else:
            from unionstate.book.build import build_book  # here: loading Sphinx takes seconds

            front = build_book()
    print(f"The book is built. Open {front.as_uri()}")


def _serve(options: argparse.Namespace) -> None:
    from unionstate.book.serve import serve
    from unionstate.paths import course_root

    folder = course_root() / "_build" / "html"
    if not (folder / "index.html").is_file():
        raise CourseError("There is no built book yet.", remedy="Run: make book")
    serve(folder, options.port)


def _notebooks(options: argparse.Namespace) -> None:
    from unionstate.notebooks import write_notebooks

    written = write_notebooks(options.out)
    print(f"{len(written)} notebooks and their tables written to {options.out}/")


def _quiz_check(options: argparse.Namespace) -> None:
    from unionstate.errors import shown_path
    from unionstate.paths import quiz_path
    from unionstate.quiz.advice import advise
    from unionstate.quiz.load import load_all, load_quiz

    errors: list[CourseError] = []
    if options.files:
        quizzes = {}
        for file in options.files:
            try:
                quizzes[file] = load_quiz(file)
            except CourseErrors as problem:
                errors += problem.errors
    else:
        quizzes = {quiz_path(chapter): quiz for chapter, quiz in load_all().items()}
    for file, quiz in quizzes.items():
        advice = advise(quiz)
        advised = f"; advice: {len(advice)}" if advice else ""
        print(f"{shown_path(file)}: {len(quiz.items)} items, no fault found{advised}.")
        for one in advice:
            print(f"  {one}")
    if errors:
        raise CourseErrors(errors)


def _quiz_schema(_options: argparse.Namespace) -> None:
    from unionstate.quiz.schema import schema_path, schema_text

    schema_path().write_text(schema_text(), encoding="utf-8")
    print(f"{schema_path()} written.")


def _quiz_export(options: argparse.Namespace) -> None:
    from unionstate.quiz.export import export_quizzes

    export_quizzes(options.format, options.chapters, options.out)


def _quiz_collect(options: argparse.Namespace) -> int:
    from unionstate.quiz.collect import collect_results

    return 0 if collect_results(options.files, options.out) else 3


def _quiz_preview(options: argparse.Namespace) -> None:
    from unionstate.quiz.preview import preview

    preview(options.file, options.port)


def _prose_check(options: argparse.Namespace) -> None:
    from unionstate.book.claims import as_errors, is_table_beside, states_something, unsupported
    from unionstate.book.prose import read_prose
    from unionstate.book.readability import median_grade
    from unionstate.book.style import find_faults
    from unionstate.errors import shown_path
    from unionstate.frontmatter import chapters

    errors: list[CourseError] = []
    for file in options.files or chapters():
        page = read_prose(file)
        if "\nchapter:" in file.read_text(encoding="utf-8"):
            errors += as_errors(page, unsupported(page, is_table_beside(file)))
        errors += find_faults(page, essay=file.name != "exercise.md")
        stated = sum(states_something(one) for one in page.sentences)
        said = f"{len(page.sentences)} sentences, {stated} with a number, a date or an act"
        with contextlib.suppress(ImportError):  # the dictionary of syllables comes with the test tools
            said += f"; grade {median_grade(page):.1f}"
        print(f"{shown_path(file)}: {said}.")
    if errors:
        raise CourseErrors(errors)


def _exercise_check(options: argparse.Namespace) -> None:
    from unionstate.exercises.answer_key import try_variants
    from unionstate.exercises.source import exercise_names, load_exercise
    from unionstate.exercises.variants import space

    errors: list[CourseError] = []
    for name in options.names or exercise_names():
        try:
            exercise = load_exercise(name)
            tried = try_variants(exercise)
        except CourseError as problem:
            errors += problem.errors if isinstance(problem, CourseErrors) else [problem]
            continue
        hidden = sum(check.points for check in exercise.checks.values() if not check.public)
        points = sum(check.points for check in exercise.checks.values())
        print(f"{name}: {space(exercise)}, {tried} tried, no fault found; {hidden:g} of {points:g} points are hidden.")
    if errors:
        raise CourseErrors(errors)


def _assign(options: argparse.Namespace) -> None:
    from unionstate.errors import shown_path
    from unionstate.exercises.assign import assign

    done = assign(
        options.exercise,
        options.out,
        roster=options.roster,
        cohort=options.cohort,
        secret_from=options.secret_from,
    )
    students = len(done.assignment.students)
    if students:
        print(f"Students: {students:,}; different variants: {done.variants:,}; {done.points} each.")
        if done.existed:
            print(f"The assignment was there. Students added: {done.added:,}; no variant changed.")
    else:
        print(f"One variant for the class {done.assignment.cohort!r}; {done.points}.")
    folder = shown_path(done.folder)
    print(f"Hand out: {folder}/students/. Keep to yourself: {folder}/assignment.json and {folder}/key.html.")
    print(f"What to do with them: {folder}/README.txt.")


def _data_check(_options: argparse.Namespace) -> None:
    from unionstate.data_check import check_package

    print(f"{check_package()} tables: no fault found.")


def _article(_options: argparse.Namespace) -> None:
    from unionstate.article import read_article
    from unionstate.paths import data_path

    table = data_path("article_sentences.csv")
    read_article().to_frame().to_csv(table, index=False, lineterminator="\n")
    print(f"{table} written.")


if __name__ == "__main__":
    sys.exit(main())
