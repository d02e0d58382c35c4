"""The addresses in _config.yml, and the one that opens a notebook in Binder."""

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from unionstate.errors import CourseError
from unionstate.notebooks import write_notebooks
from unionstate.paths import course_root
from unionstate.settings import NOTEBOOKS, Settings, check_binder, read_settings

HUB = "https://mybinder.org/v2"


AT_TOP = "?urlpath=lab%2Ftree%2Fnotebooks%2Fa.ipynb"
IN_FOLDER = "?urlpath=lab%2Ftree%2Fcourses%2Fbook%2Fnotebooks%2Fa.ipynb"


@pytest.mark.parametrize(
    "repository, branch, path, expected",
    [
        ("https://github.com/me/book", "main", "", f"{HUB}/gh/me/book/main{AT_TOP}"),
        ("https://github.com/me/book.git", "main", "", f"{HUB}/gh/me/book/main{AT_TOP}"),
        ("https://GitHub.com/me/book/", "new/idea", "", f"{HUB}/gh/me/book/new%2Fidea{AT_TOP}"),
        ("https://gitlab.com/us/team/book", "main", "", f"{HUB}/gl/us%2Fteam%2Fbook/main{AT_TOP}"),
        ("https://git.a.org/me/book.git", "v1", "", f"{HUB}/git/https%3A%2F%2Fgit.a.org%2Fme%2Fbook.git/v1{AT_TOP}"),
        ("https://github.com/me/all", "main", "courses/book", f"{HUB}/gh/me/all/main{IN_FOLDER}"),
        ("", "main", "courses", ""),
    ],
)
def test_the_launch_address_is_built_for_the_host_branch_and_path(repository, branch, path, expected):
    assert Settings("A Book", repository, branch, path, "").launch_address("a.ipynb") == expected


def test_the_launch_address_leads_to_a_notebook_that_binder_writes(tmp_path):
    post_build = (course_root() / "binder" / "postBuild").read_text()
    assert f"unionstate notebooks --out {NOTEBOOKS}\n" in post_build
    for notebook in write_notebooks(tmp_path):
        address = Settings("A Book", "https://github.com/me/book", "main", "", "").launch_address(notebook.name)
        (inside,) = parse_qs(urlsplit(address).query)["urlpath"]
        assert inside == f"lab/tree/{NOTEBOOKS}/{notebook.name}" and unquote(address).endswith(notebook.name)


def read(tmp_path, text: str) -> Settings:
    (tmp_path / "_config.yml").write_text(text)
    return read_settings(tmp_path / "_config.yml")


def test_every_address_is_read(tmp_path):
    text = "title: T\nrepository: {url: https://github.com/me/book/, branch: 1.0, path_to_book: /a/b/}\n"
    text += "html: {baseurl: https://me.example/book}\n"
    assert read(tmp_path, text) == Settings("T", "https://github.com/me/book", "1.0", "a/b", "https://me.example/book/")


@pytest.mark.parametrize("text", ["title:\n", "repository:\nhtml:\n", 'repository: {url: "", branch: main}\n'])
def test_addresses_may_be_empty(tmp_path, text):
    settings = read(tmp_path, text)
    assert settings.repository == settings.published == settings.launch_address("a.ipynb") == ""


@pytest.mark.parametrize(
    "text, said",
    [
        ("repository: {url: github.com/me, branch: main}", "repository.url is no web address: 'github.com/me'."),
        ("repository: {url: 'git@github.com:me/book', branch: main}", "repository.url is no web address"),
        ("html: {baseurl: me.example}", "html.baseurl is no web address: 'me.example/'. Start it with https://."),
        ("repository: {url: https://github.com/me/book}", "repository.branch is empty. Name the branch"),
        (
            "repository: {path_to_book: ../book}",
            "repository.path_to_book is no folder inside the repository: '../book'.",
        ),
        ("repository: {path_to_book: 'a\\b'}", "repository.path_to_book is no folder inside the repository"),
        ("title: a\n\tb: c", "_config.yml:2: Not YAML"),
    ],
)
def test_an_address_that_is_none_is_told_with_the_file(tmp_path, text, said):
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value) and str(caught.value).startswith(str(tmp_path / "_config.yml"))


def test_the_books_own_configuration_is_sound():
    assert read_settings().title and read_settings().branch


@pytest.mark.parametrize(
    "repository, expected",
    [
        ("https://github.com/me/book", "https://github.com/me/book/issues/new?title=Mistake%20in%3A%20A%20%26%20B"),
        (
            "https://Codeberg.org/me/book.git",
            "https://Codeberg.org/me/book/issues/new?title=Mistake%20in%3A%20A%20%26%20B",
        ),
        (
            "https://gitlab.com/us/b",
            "https://gitlab.com/us/b/-/issues/new?issue%5Btitle%5D=Mistake%20in%3A%20A%20%26%20B",
        ),
        ("https://git.a.org/me/book", "https://git.a.org/me/book"),
        ("", ""),
    ],
)
def test_a_mistake_is_reported_where_the_host_takes_reports(repository, expected):
    assert Settings("A Book", repository, "main", "", "").report_address("A & B") == expected


@pytest.fixture
def nested(tmp_path):
    """A book in a folder of a repository, with the settings of its launch links, and the repository's top."""
    book = tmp_path / "repository" / "courses" / "book"
    (book / "binder").mkdir(parents=True)
    return Settings("A Book", "https://github.com/me/all", "main", "courses/book", ""), book, tmp_path / "repository"


@pytest.mark.parametrize("folder", ["binder", ".binder"])
def test_of_a_book_in_a_folder_binder_needs_files_at_the_top(nested, folder):
    settings, book, top = nested
    wanted = {
        "requirements.txt": "-r ../courses/book/requirements/learner.txt",
        "postBuild": "bash courses/book/binder/postBuild",
    }
    (top / folder).mkdir()
    for name, line in wanted.items():
        # the book's own files, copied as they are, do not lead there
        (top / folder / name).write_bytes((course_root() / "binder" / name).read_bytes())
        with pytest.raises(CourseError) as caught:
            check_binder(settings, book)
        assert f"{folder}/{name} there does not lead to the book in 'courses/book'. Copy" in str(caught.value)
        assert f"'{line}'" in str(caught.value)
        (top / folder / name).write_text(line + "\n")
    check_binder(settings, book)


def test_a_path_to_the_book_that_is_not_its_own_is_told(nested):
    settings, book, top = nested
    with pytest.raises(CourseError, match="_config.yml: repository.path_to_book is 'courses/book', but the book does"):
        check_binder(settings, top)
    check_binder(replace(settings, repository=""), top)
    check_binder(replace(settings, path=""), book)


def test_the_books_own_postbuild_works_from_any_folder():
    """As the one at the top of a repository calls it: from there."""
    lines = (course_root() / "binder" / "postBuild").read_text().splitlines()
    assert lines.index('cd "$(dirname "$0")/.."') < min(place for place, one in enumerate(lines) if "unionstate" in one)
