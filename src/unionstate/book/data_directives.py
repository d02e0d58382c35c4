"""Pages generated from the data package: the data dictionary, the known faults, the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from unionstate.book import HERE
from unionstate.data import PACKAGE, Table, load, tables
from unionstate.paths import data_path
from unionstate.settings import NOTEBOOKS
from unionstate.templates import template_environment
from unionstate.timeline import CATEGORIES, events

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_FRAGMENTS = template_environment(HERE / "fragments")


class _DataDirective(SphinxDirective):
    def html(self, template: str, **values: object) -> nodes.raw:
        """A filled template as a node; the page depends on the package's description."""
        self.env.note_dependency(str(data_path(PACKAGE)))
        up = "../" * self.env.docname.count("/")
        text = _FRAGMENTS.get_template(template).render(data=f"{up}{NOTEBOOKS}/data", **values)
        return nodes.raw("", text, format="html")


class DataDictionary(_DataDirective):
    """A section for every table: what it holds, where it comes from, what each column means."""

    def run(self) -> list[nodes.Node]:
        sections: list[nodes.Node] = [self.html("package.html.jinja", count=len(tables()), package=PACKAGE)]
        for table in tables().values():
            section = nodes.section(ids=[f"table-{table.name.replace('_', '-')}"], names=[table.name])
            section += nodes.title("", table.title)
            # the words are given to the search as text, the tables as HTML
            section += nodes.paragraph("", table.description)
            section += self.html("table.html.jinja", table=table, rows=len(load(table.name)), allowed=allowed_values)
            sections.append(section)
        return sections


class KnownFaults(_DataDirective):
    """The faults that the sources are known to have; they are shown, not mended in silence."""

    def run(self) -> list[nodes.Node]:
        faults = load("source_faults").fillna("").to_dict("records")
        return [self.html("faults.html.jinja", faults=faults)]


class Timeline(_DataDirective):
    """All dated events, a list a year; boxes hide categories, by style sheet alone."""

    def run(self) -> list[nodes.Node]:
        years: dict[int, list] = {}
        for event in events():
            years.setdefault(event.date.year, []).append(event)
        counts = {key: sum(event.category == key for event in events()) for key in CATEGORIES}
        result: list[nodes.Node] = [self.html("timeline-filter.html.jinja", categories=CATEGORIES, counts=counts)]
        for year, found in years.items():
            section = nodes.section(ids=[f"year-{year}"], names=[f"year-{year}"])
            section += nodes.title("", str(year))
            section += self.html("timeline-year.html.jinja", events=found, categories=CATEGORIES)
            result.append(section)
        return result


def allowed_values(table: Table, name: str) -> str:
    """The rules of a column in a few words."""
    rules = table.column(name).constraints
    parts = []
    if "enum" in rules:
        parts.append(", ".join(str(one) for one in rules["enum"]))
    low, high = rules.get("minimum"), rules.get("maximum")
    if low is not None or high is not None:
        parts.append(f"{low if low is not None else '…'} to {high if high is not None else '…'}")
    if not rules.get("required") and name not in table.key:
        parts.append("may be empty")
    for columns, (other, others) in table.links.items():
        if name in columns:
            parts.append(f"a key of {other} ({', '.join(others)})")
    return "; ".join(parts)


def setup(app: Sphinx) -> None:
    """Register the directives."""
    app.add_directive("data-dictionary", DataDictionary)
    app.add_directive("known-faults", KnownFaults)
    app.add_directive("timeline", Timeline)
