"""The style sheet for code holds what the book's code uses, in light and dark, and nothing else."""

import re
from pathlib import Path

from unionstate.book.highlight_style import keep_used_styles

SHEET = """\
pre { line-height: 125%; }
.highlight { background: #fff }
.highlight .k { color: #111 } /* Keyword */
.highlight .nb { color: #222 } /* Name.Builtin */
@media (prefers-color-scheme: dark) {
body:not([data-theme="light"]) .highlight .k { color: #eee }
body:not([data-theme="light"]) .highlight .gd { color: #ddd }
}
"""


def test_rules_for_words_that_no_page_shows_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "_static").mkdir()
    sheet = tmp_path / "_static" / "pygments.css"
    sheet.write_text(SHEET)
    (tmp_path / "page.html").write_text('<div class="highlight"><pre><span class="k">if</span></pre></div>')
    keep_used_styles(tmp_path)
    kept = sheet.read_text()
    assert kept.count(".highlight .k{") == 2 and ".nb" not in kept and ".gd" not in kept
    assert kept.count("{") == kept.count("}")
    keep_used_styles(tmp_path)
    assert sheet.read_text() == kept


def test_the_code_of_the_book_has_its_colours(site: Path) -> None:
    sheet = (site / "_static" / "pygments.css").read_text()
    kept = set(re.findall(r"\.highlight \.(\w+)\{", sheet))
    pages = "".join(page.read_text() for page in site.glob("chapters/*.html"))
    shown = set(re.findall(r'<span class="(k|kn|s2|mi|o|c1)">', pages))
    assert shown and shown <= kept
    assert "prefers-color-scheme" in sheet
