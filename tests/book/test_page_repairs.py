"""Small mends of a page's markup."""

import pytest

from unionstate.book.page_repairs import break_code


@pytest.mark.parametrize(
    "word, expected",
    [
        ("--out", "pre whole:--out"),
        ("moodle-feedback.zip", "pre whole:moodle-feedback.zip"),
        ("-a-very-long-name-that-must-be-cut", "pre:-a-very-long-name-that-must-be-cut"),
        ("gas_prices", "pre:gas_prices"),
        ("sanctions_events.csv", "pre:sanctions_<wbr>events.csv"),
        ("&quot;2006-04&quot;:", "pre whole:&quot;2006-04&quot;:"),
    ],
)
def test_a_line_ends_in_code_only_where_it_may(word: str, expected: str) -> None:
    kind, _, shown = expected.partition(":")
    html = (
        f'<code class="docutils literal notranslate"><span class="pre">{word}</span> <span class="pre">x</span></code>'
    )
    changed = html.replace(f'"pre">{word}', f'"{kind}">{shown}')
    assert break_code(html) == changed
