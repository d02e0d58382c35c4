"""The addresses in _config.yml, and the one that opens a notebook in Binder."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from unionstate.errors import CourseError
from unionstate.notebooks import write_notebooks
from unionstate.paths import course_root
from unionstate.settings import NOTEBOOKS, Settings, read_settings

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
        ("https://github.com/me/all", "main", "/courses/book/", f"{HUB}/gh/me/all/main{IN_FOLDER}"),
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
    text = "title: T\nrepository: {url: https://github.com/me/book/, branch: 1.0, path_to_book: a}\n"
    text += "html: {baseurl: https://me.example/book}\n"
    assert read(tmp_path, text) == Settings("T", "https://github.com/me/book", "1.0", "a", "https://me.example/book/")


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
        ("title: a\n\tb: c", "_config.yml:2: Not YAML"),
    ],
)
def test_an_address_that_is_none_is_told_with_the_file(tmp_path, text, said):
    with pytest.raises(CourseError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value) and str(caught.value).startswith(str(tmp_path / "_config.yml"))


def test_the_books_own_configuration_is_sound():
    assert read_settings().title and read_settings().branch
