"""Names are shortened where nothing else can know them, and nowhere else."""

import pytest

from unionstate.book.assets import quiz_module
from unionstate.book.short_names import short_names


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const total=1;let other=total;", "let a=1;let b=a;"),
        ("function twice(number){return number*2}twice(3);", "function b(a){return a*2}b(3);"),
        ("const add=(one,[two,...rest])=>one+two+rest;", "let d=(a,[c,...b])=>a+c+b;"),
        # known outside
        ("export function judge(answer){return answer}", "export function judge(a){return a}"),
        ("let score=1;result.score=score;", "let score=1;result.score=score;"),
        ("let score=1;result?.score;", "let score=1;result?.score;"),
        ("let score=1;f({score});", "let score=1;f({score});"),
        ("let score=1;f({near:2,score});", "let score=1;f({near:2,score});"),
        ("let score=1;f({score:score});", "let score=1;f({score:score});"),
        ("let {score}=result;g(score);", "let {score}=result;g(score);"),
        ("let read=1;f({read(){},get(){}});", "let read=1;f({read(){},get(){}});"),
        ("window.open(document,Math);", "window.open(document,Math);"),
        # words in texts, patterns and templates are no names; what stands in a template's braces is
        ("const unit=1;f('unit',\"unit\",/unit/);", "let a=1;f('unit',\"unit\",/unit/);"),
        ("const unit=1;f(`unit ${unit} unit`);", "let a=1;f(`unit ${a} unit`);"),
        # the braces of a block are no object's
        ("if(x){total=1;go(total)}let total;", "if(x){a=1;go(a)}let a;"),
        # a short name that the script has already is not given twice
        ("f(a);const sum=1;g(sum);", "f(a);let b=1;g(b);"),
    ],
)  # fmt: skip
def test_a_name_is_shortened_everywhere_or_nowhere(script: str, short: str) -> None:
    assert short_names(script) == short


def test_the_quiz_script_keeps_its_exports() -> None:
    """What the short script does is tested where the quiz is: in pages, and against Python in test_parity."""
    for name in ("readNumbers", "normalized", "isNear", "complaint", "judge", "verdict", "asKept", "hydrate"):
        assert f"export function {name}(" in quiz_module()
    assert "outOfOrder" not in quiz_module()
