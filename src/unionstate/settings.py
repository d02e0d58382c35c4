"""What ``_config.yml`` says about the book's public addresses: the only place they are read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
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
        path: the folder of the book inside the repository, "" for the top.
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
        inside = "/".join(part for part in ("lab/tree", self.path.strip("/"), NOTEBOOKS, notebook) if part)
        return f"{BINDER_HUB}/{provider}/{place}/{quote(self.branch, safe='')}?urlpath={quote(inside, safe='')}"


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
        path=values["path_to_book"],
        published=published if not published or published.endswith("/") else published + "/",
    )
    for key, address in (("repository.url", settings.repository), ("html.baseurl", settings.published)):
        if address and urlsplit(address).scheme not in {"http", "https"}:
            raise CourseError(f"{key} is no web address: {address!r}.", file=file, remedy="Start it with https://.")
    if settings.repository and not settings.branch:
        raise CourseError("repository.branch is empty.", file=file, remedy="Name the branch, for example main.")
    return settings
