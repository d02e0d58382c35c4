"""Pages generated from the data package: the data dictionary, the known faults, the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from unionstate.book import HERE
from unionstate.data import PACKAGE, Table, describe, load, tables
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

    def tables_of_topic(self) -> list[Table]:
        """The tables of the topic that the directive names.

        Raises:
            DirectiveError: if no table has that topic.
        """
        found = [table for table in tables().values() if table.topic == self.arguments[0]]
        if not found:
            raise self.error(f"No table in {PACKAGE} has the topic {self.arguments[0]!r}.")
        return found


class TableDescriptions(_DataDirective):
    """The tables of one topic, a section each: what it holds, where it comes from, its columns, its known faults."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        found = self.tables_of_topic()
        faults = _faults()
        result: list[nodes.Node] = [self.html("jump.html.jinja", tables=found, anchor=anchor)]
        for table in found:
            section = nodes.section(ids=[anchor(table.name)], names=[table.name])
            section += nodes.title("", table.title)
            # the words are given to the search as text, the tables as HTML
            section += nodes.paragraph("", table.description)
            section += self.html(
                "table.html.jinja",
                table=table,
                rows=len(load(table.name)),
                allowed=allowed_values,
                faults=[fault for fault in faults if fault["table_name"] == table.name],
            )
            result.append(section)
        return result


class TableList(_DataDirective):
    """The tables of one topic in a line each, with the names of their columns, leading to their descriptions."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        found = [(table, len(load(table.name))) for table in self.tables_of_topic()]
        return [self.html("table-list.html.jinja", tables=found, anchor=anchor, page=page_of(self.arguments[0]))]


class DescribedPackage(_DataDirective):
    """How many tables there are, their descriptions for programs, and a filter for the lists below."""

    def run(self) -> list[nodes.Node]:
        return [self.html("package.html.jinja", count=len(tables()), package=PACKAGE)]


class KnownFaults(_DataDirective):
    """Where the faults are that the sources are known to have; they are shown, not mended in silence."""

    def run(self) -> list[nodes.Node]:
        faults = [(fault, page_of(describe(fault["table_name"]).topic)) for fault in _faults()]
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


def anchor(name: str) -> str:
    """The id of a table's section, and of its line in the list of all tables."""
    return f"table-{name.replace('_', '-')}"


def page_of(topic: str) -> str:
    """The address of the page that describes the tables of a topic, from another page of the chapters."""
    return f"tables-{topic}.html"


def _faults() -> list[dict]:
    return load("source_faults").fillna("").to_dict("records")


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
    app.add_directive("data-package", DescribedPackage)
    app.add_directive("table-list", TableList)
    app.add_directive("table-descriptions", TableDescriptions)
    app.add_directive("known-faults", KnownFaults)
    app.add_directive("timeline", Timeline)
