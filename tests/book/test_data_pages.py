"""The pages made from the tables: dictionary, known faults, timeline."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import escape
from playwright.sync_api import BrowserContext, Page, expect

from unionstate.data import load, tables
from unionstate.timeline import events

INDEX = "chapters/data-dictionary.html"
TOPICS = sorted({table.topic for table in tables().values()})
HEAVIEST = 20 * 1024  # bytes of a page of the dictionary, compressed


@pytest.mark.parametrize("topic", TOPICS)
def test_the_dictionary_describes_every_table_and_column_and_links_its_file(
    page: Page, site: Path, site_address: str, topic: str
) -> None:
    page.goto(f"{site_address}/chapters/tables-{topic}.html")
    described = [table for table in tables().values() if table.topic == topic]
    assert page.locator("section[id^=table-]").count() == len(described)
    for table in described:
        section = page.locator(f"#table-{table.name.replace('_', '-')}")
        assert section.locator(".columns dt > code").all_text_contents() == [column.name for column in table.columns]
        href = section.locator(f"a[href$='/{table.file.name}']").get_attribute("href")
        assert (site / "chapters" / href).resolve().read_bytes() == table.file.read_bytes()


def test_a_page_of_the_dictionary_is_light(site: Path) -> None:
    for name in (INDEX, *(f"chapters/tables-{topic}.html" for topic in TOPICS)):
        assert 5_000 < len(gzip.compress((site / name).read_bytes(), 6)) <= HEAVIEST, name


def test_every_table_and_fault_has_a_line_in_the_dictionary_that_leads_to_it(
    new_context: Callable[..., BrowserContext], site: Path, site_address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/{INDEX}")
    lines = page.locator(".table-list > li:visible, .fault-list > li")
    assert lines.count() == len(tables()) + len(load("source_faults"))
    assert page.locator(".table-filter").is_hidden()
    pages = {file.name: file.read_text(encoding="utf-8") for file in site.glob("chapters/tables-*.html")}
    found = lines.evaluate_all("(all) => all.map((one) => [one.id, one.querySelector('a').getAttribute('href')])")
    for name, link in found:
        # the line has the id of what it leads to: addresses from before there were several pages still lead there
        address, _, place = link.partition("#")
        assert place == name and f' id="{place}"' in pages[address]


def test_the_list_of_tables_is_filtered_by_title_name_or_column(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/{INDEX}")
    box = page.get_by_role("searchbox", name="Show only tables with")
    for words, wanted in (
        ("Europe_usd", [one for one in tables().values() if any("europe_usd" in c.name for c in one.columns)]),
        ("Loans to", [tables()["loans"]]),
        ("no such table", []),
    ):
        box.fill(words)
        shown = page.locator(".table-list > li:visible").all()
        assert [one.get_attribute("id") for one in shown] == [f"table-{one.name.replace('_', '-')}" for one in wanted]
        expect(page.locator(".table-filter [role=status]")).to_have_text(f"{len(wanted)} of {len(tables())} tables")
    assert page.locator("section:has(> .table-list):visible").count() == 0
    page.get_by_role("link", name="sanctions", exact=True).first.click()
    expect(page.locator("#sanctions")).to_be_in_viewport()
    expect(box).to_have_value("")
    assert page.locator(".table-list > li:visible").count() == len(tables())


def test_the_known_faults_stand_with_their_table(site: Path) -> None:
    for fault in load("source_faults").to_dict("records"):
        html = (site / f"chapters/tables-{tables()[fault['table_name']].topic}.html").read_text(encoding="utf-8")
        section = html.partition(f' id="table-{fault["table_name"].replace("_", "-")}"')[2].partition("<section ")[0]
        words = section.partition(f' id="{fault["fault_id"].lower()}"')[2].partition("<dt ")[0]
        assert escape(fault["what_is_wrong"]) in words and escape(fault["what_to_do"]) in words


def test_the_timeline_is_complete_and_filters_by_category(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/timeline.html")
    shown = page.locator(".timeline li:visible")
    assert shown.count() == len(events())
    page.get_by_role("checkbox", name="Sanctions").uncheck()
    assert shown.count() == sum(event.category != "sanctions" for event in events())
    page.get_by_role("checkbox", name="Union State and integration").uncheck()
    assert shown.count() == sum(event.category in {"energy", "credit"} for event in events())
    # years without an event left are gone, and come back
    years = page.locator("section[id^=year-]:visible")
    assert years.count() == len({event.date.year for event in events() if event.category in {"energy", "credit"}})
    page.get_by_role("checkbox", name="Sanctions").check()
    assert years.count() == len({event.date.year for event in events() if event.category != "union"})
    assert shown.count() == sum(event.category != "union" for event in events())


def test_without_javascript_the_timeline_is_a_list(
    new_context: Callable[..., BrowserContext], site_address: str
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/chapters/timeline.html")
    assert page.locator(".timeline li:visible").count() == len(events())
    expect(page.locator("#year-2016 li", has_text="25 February 2016").first).to_be_visible()


def test_a_figure_links_the_table_it_draws(page: Page, site: Path, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/when-was-this-written.html")
    for link in page.locator(".course-figure details a[download]").all():
        assert (site / "chapters" / link.get_attribute("href")).resolve().is_file()
    assert page.locator(".course-figure details a[download]").count() == page.locator(".course-figure").count()
