"""The pages made from the tables: dictionary, known faults, timeline."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from unionstate.data import load, tables
from unionstate.timeline import events


def test_the_dictionary_describes_every_table_and_column_and_links_its_file(
    page: Page, site: Path, site_address: str
) -> None:
    page.goto(f"{site_address}/chapters/data-dictionary.html")
    for table in tables().values():
        section = page.locator(f"#table-{table.name.replace('_', '-')}")
        names = [name.strip() for name in section.locator("tbody td:first-child").all_text_contents()]
        assert names == [column.name for column in table.columns]
        href = section.locator(f"a[href$='/{table.file.name}']").get_attribute("href")
        assert (site / "chapters" / href).resolve().read_bytes() == table.file.read_bytes()


def test_the_known_faults_are_shown(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/data-dictionary.html")
    faults = page.locator("dl.faults")
    assert faults.locator("dt").count() == len(load("source_faults"))
    for fault in ("102.7", "consignment", "deflator"):
        expect(faults).to_contain_text(fault)


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
