"""The article in the built book: anchors, cards on hover and focus, slips marked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect
from support import ROOT

from unionstate.article import the_article

CHAPTER = "chapters/when-was-this-written.html"


def test_every_paragraph_and_sentence_has_its_anchor_and_its_words(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/the-article.html")
    for paragraph in the_article().paragraphs:
        assert page.locator(f"#p{paragraph.number}").count() == 1
        for sentence in paragraph.sentences:
            shown = page.locator(f"#s{sentence.id.replace('.', '-')}").inner_text()
            words = re.sub(r"\s*\[sic\]", "", shown.replace("\u00a0", " ")).removesuffix(sentence.id).strip()
            assert words == sentence.text
    assert page.locator("#p0").inner_text().split("\n\n") == [
        the_article().stamp,
        the_article().title,
        the_article().rubric,
    ]


def test_slips_are_marked_as_in_the_original(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/chapters/the-article.html")
    expect(page.locator("#s4-3")).to_contain_text("the closes\u00a0[sic] integration ties")
    assert "original" in page.locator("#s4-3 .sic").get_attribute("title")


def test_a_reference_shows_the_paragraph_on_hover_and_leads_to_it(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/{CHAPTER}")
    reference = page.locator(".article-ref", has=page.locator("a[href$='#s2-1']")).first
    card = reference.get_by_role("tooltip", include_hidden=True)
    expect(card).to_be_hidden()
    reference.locator("a").hover()
    expect(card).to_be_visible()
    expect(card).to_contain_text(the_article().sentence("2.1").text)
    # the pointer can move onto the card without losing it
    card.hover()
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    reference.locator("a").click()
    expect(page.locator("#s2-1")).to_be_in_viewport()


def test_a_reference_shows_the_paragraph_on_focus(page: Page, site_address: str) -> None:
    page.goto(f"{site_address}/{CHAPTER}")
    link = page.locator("#furo-main-content .article-ref a").first
    link.focus()
    card = page.locator(f"#{link.get_attribute('aria-describedby')}")
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_cards_stay_on_a_narrow_screen(new_context: Callable[..., BrowserContext], site_address: str) -> None:
    page = new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(f"{site_address}/{CHAPTER}")
    for link in page.locator("#furo-main-content p .article-ref a").all()[:12]:
        link.focus()
        box = page.locator(f"#{link.get_attribute('aria-describedby')}").bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 390
        assert box["width"] > 200


def test_cards_work_without_javascript(new_context: Callable[..., BrowserContext], site_address: str) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_address}/{CHAPTER}")
    page.locator("#furo-main-content .article-ref a").first.hover()
    expect(page.locator("#furo-main-content .article-card").first).to_be_visible()


def test_the_provenance_page_gives_the_fingerprint_of_the_file(site: Path) -> None:
    import hashlib

    raw = next(ROOT.glob("seeds/*.txt")).read_bytes()
    assert hashlib.sha256(raw).hexdigest() in (site / "seeds/provenance.html").read_text()
