"""Names are shortened where nothing else can know them, and nowhere else."""

import pytest

from unionstate.book.assets import quiz_module
from unionstate.book.short_names import short_names


@pytest.mark.parametrize(
    ("script", "short"),
    [
        ("const total=1;let other=total;", "let a=1;let b=a;"),
        ("function twice(number){return number*2}twice(3);", "function a(a){return a*2}a(3);"),
        ("const add=(one,[two,...rest])=>one+two+rest;", "let a=(a,[c,...b])=>a+c+b;"),
        # known outside
        ("export function judge(answer){return answer}", "export function judge(a){return a}"),
        ("window.open(document,Math);", "window.open(document,Math);"),
        # a property or a key keeps its name, the variable need not
        ("let score=1;result.score=score;", "let a=1;result.score=a;"),
        ("let score=1;result?.score;", "let a=1;result?.score;"),
        ("let score=1;f({score});", "let a=1;f({score:a});"),
        ("let score=1;f({near:2,score});", "let a=1;f({near:2,score:a});"),
        ("let score=1;f({score:score});", "let a=1;f({score:a});"),
        ("let {score,near:close}=result;g(score,close);", "let{score:b,near:a}=result;g(b,a);"),
        ("let at=({key,target})=>key+target;", "let a=({key:a,target:b})=>a+b;"),
        ("let read=1;f({read(){},get(read){return read}});", "let a=1;f({read(){},get(a){return a}});"),
        # words in texts, patterns and templates are no names; what stands in a template's braces is
        ("const unit=1;f('unit',\"unit\",/unit/);", "let a=1;f('unit',\"unit\",/unit/);"),
        ("const unit=1;f(`unit ${unit} unit`);", "let a=1;f(`unit ${a} unit`);"),
        ("let f=(one)=>`${one},(;${one}`;", "let a=(a)=>`${a},(;${a}`;"),
        ("const unit=1;\nf(`${unit < 2 ? unit - -1 : 'a  b'}  ;`);", "let a=1;f(`${a<2?a- -1:'a  b'}  ;`);"),
        # the braces of a block are no object's
        ("if(x){total=1;go(total)}let total;", "if(x){a=1;go(a)}let a;"),
        ('switch(x){case"k":{total=1;go(total)}}let total;', 'switch(x){case"k":{a=1;go(a)}}let a;'),
        # a short name that the script has already is not given twice
        ("f(a);const sum=1;g(sum);", "f(a);let b=1;g(b);"),
        # functions that do not know of each other use the same names; one within another keeps what it uses of it
        ("let f=(one)=>one;let g=(two)=>two;", "let a=(a)=>a;let b=(a)=>a;"),
        ("let f=(one,two)=>g((three)=>three+two);", "let a=(b,a)=>g((b)=>b+a);"),
        ("let f=(one)=>((two)=>one?two:f)(one);", "let a=(b)=>((c)=>b?c:a)(b);"),
        ("let x=y?(one)=>one:one;", "let a=y?(a)=>a:one;"),
        # a block's own variable is not told from one of the same name around its function
        ("let one=1;function f(){if(x){let one=2;go(one)}go(one)}", "let a=1;function b(){if(x){let a=2;go(a)}go(a)}"),
    ],
)  # fmt: skip
def test_a_name_is_shortened_where_nothing_else_knows_it(script: str, short: str) -> None:
    assert short_names(script) == short


def test_the_quiz_script_keeps_its_exports() -> None:
    """What the short script does is tested where the quiz is: in pages, and against Python in test_parity."""
    for name in ("readNumbers", "normalized", "isNear", "complaint", "judge", "verdict", "asKept", "hydrate"):
        assert f"export function {name}(" in quiz_module()
    assert "outOfOrder" not in quiz_module()
