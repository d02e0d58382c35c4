"""What ``_config.yml`` says about the book's public addresses: the only place they are read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urlsplit

import yaml

from unionstate.errors import CourseError
from unionstate.paths import course_root

NOTEBOOKS = "notebooks"  # the folder of the learner notebooks, in Binder's image and in the built book
BINDER_HUB = "https://mybinder.org/v2"
_PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}


@dataclass(frozen=True)
class Settings:
    """The book's addresses; every one may be empty.

    Attributes:
        title: the book's title.
        repository: address of the source repository.
        branch: the branch that Binder and readers use.
        path: the folder of the book inside the repository, without slashes around it; "" for the top.
        published: address of the published book, ending with a slash.
    """

    title: str
    repository: str
    branch: str
    path: str
    published: str

    def launch_address(self, notebook: str) -> str:
        """The address that opens a learner notebook in Binder; "" while the repository has no address.

        Args:
            notebook: the notebook's name without folder, for example ``when-was-this-written.ipynb``.
        """
        if not self.repository:
            return ""
        parts = urlsplit(self.repository)
        provider = _PROVIDERS.get(parts.netloc.lower())
        place = parts.path.strip("/").removesuffix(".git")
        if provider == "gl":
            place = quote(place, safe="")
        elif provider is None:
            provider, place = "git", quote(self.repository, safe="")
        inside = "/".join(part for part in ("lab/tree", self.path, NOTEBOOKS, notebook) if part)
        return f"{BINDER_HUB}/{provider}/{place}/{quote(self.branch, safe='')}?urlpath={quote(inside, safe='')}"

    def report_address(self, page: str) -> str:
        """The address where a reader reports a mistake in a page; "" while the repository has no address.

        Where it is not known how a host calls its reports, this is the repository's own page.

        Args:
            page: the page's title, which becomes that of the report.
        """
        parts = urlsplit(self.repository)
        place, host = self.repository.removesuffix(".git"), parts.netloc.lower()
        title = quote(f"Mistake in: {page}", safe="")
        if host in {"github.com", "codeberg.org"}:
            return f"{place}/issues/new?title={title}"
        if host == "gitlab.com" or host.startswith("gitlab."):
            return f"{place}/-/issues/new?issue%5Btitle%5D={title}"
        return place


def check_binder(settings: Settings, root: Path) -> None:
    """Check that Binder finds what it needs, if the book lies in a folder of its repository and readers can launch it.

    Binder reads the folder ``binder`` (or ``.binder``) at the top of a repository only; the book has one of its own.

    Args:
        settings: the book's addresses.
        root: the folder of the book.

    Raises:
        CourseError: saying what is missing at the top, and what to write there.
    """
    parts = PurePosixPath(settings.path).parts
    if not settings.repository or not parts:
        return
    config = root / "_config.yml"
    if root.resolve().parts[-len(parts) :] != parts:
        raise CourseError(
            f"repository.path_to_book is {settings.path!r}, but the book does not lie in a folder of that name.",
            file=config,
            remedy="Name the folder from the top of the repository, or leave it empty: then the book is the top.",
        )
    top = root.resolve().parents[len(parts) - 1]
    folder = next((one for one in (top / "binder", top / ".binder") if one.is_dir()), top / "binder")
    for name, call in (
        ("requirements.txt", f"-r ../{settings.path}/requirements/learner.txt"),
        ("postBuild", f"{settings.path}/binder/postBuild"),
    ):
        try:
            there = call in (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            there = False
        if not there:
            raise CourseError(
                f"Binder looks for its files at the top of the repository, and {folder.name}/{name} there does not "
                f"lead to the book in {settings.path!r}.",
                file=config,
                remedy=f"Copy the book's folder binder to the top, and let {name} there say only "
                f"'{call if name.endswith('.txt') else f'bash {call}'}' (of a script, after its first line).",
            )


def read_settings(file: Path | None = None) -> Settings:
    """Read the addresses from ``_config.yml``.

    Raises:
        CourseError: if an address is not one, or the repository is named without a branch.
    """
    file = file or course_root() / "_config.yml"
    try:
        config = yaml.safe_load(file.read_bytes().decode("utf-8"))
    except OSError:
        raise CourseError("The book's settings are missing.", file=file) from None
    except UnicodeDecodeError:
        raise CourseError("Not UTF-8 text.", file=file, remedy="Save the file as UTF-8.") from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        said = getattr(problem, "problem", None) or "a character that no text may hold"
        raise CourseError(f"Not YAML: {said}.", file=file, line=mark.line + 1 if mark else None) from None
    if not isinstance(config, dict):
        raise CourseError("The file has no settings.", file=file, line=1, remedy="Restore it from the repository.")
    values = {}
    for section, key in (("repository", "url"), ("repository", "branch"), ("repository", "path_to_book"),
                         ("html", "baseurl")):  # fmt: skip
        part = config.get(section) or {}
        value = (part.get(key) or "") if isinstance(part, dict) else part
        if key == "branch":
            value = str(value)  # a branch may be called 1.0
        if not isinstance(value, str):
            raise CourseError(f"{section}.{key} is no text: {value!r}.", file=file, remedy="Put it in quotes.")
        if not isinstance(part, dict):
            raise CourseError(
                f"{section} holds no settings: {part!r}.", file=file, remedy="Write 'key: value' below it."
            )
        values[key] = value.strip()
    published = values["baseurl"]
    settings = Settings(
        title=str(config.get("title", "")),
        repository=values["url"].rstrip("/"),
        branch=values["branch"],
        path=values["path_to_book"].strip("/"),
        published=published if not published or published.endswith("/") else published + "/",
    )
    for key, address in (("repository.url", settings.repository), ("html.baseurl", settings.published)):
        if address and urlsplit(address).scheme not in {"http", "https"}:
            raise CourseError(f"{key} is no web address: {address!r}.", file=file, remedy="Start it with https://.")
    if {"..", "."} & set(settings.path.split("/")) or "\\" in settings.path or "//" in settings.path:
        said = f"repository.path_to_book is no folder inside the repository: {settings.path!r}."
        raise CourseError(said, file=file, remedy="Write it from the top, with slashes, such as courses/book.")
    if settings.repository and not settings.branch:
        raise CourseError("repository.branch is empty.", file=file, remedy="Name the branch, for example main.")
    return settings
