"""QTI 1.2 with Canvas metadata, through text2qti.

text2qti reads a text in which ``%``, ``$``, indentation and Markdown have a meaning. It is given names in place of our
texts, and the texts are put in afterwards as the HTML that the other exports carry. So nothing in a text can become a
formula, an image read from disk or a code block, and an item keeps its ident when its wording changes.
"""

from __future__ import annotations

import hashlib
import html
import re

from unionstate.errors import CourseError
from unionstate.quiz.export.extras import load_extra
from unionstate.quiz.export.outcome import Outcome
from unionstate.quiz.export.texts import hints, question_with_options, reasons, safe_html, sources, title
from unionstate.quiz.items import Commit, Item, Single

_NAME = re.compile(r"(?:&lt;p&gt;)?(unionstate[0-9a-f]{32})(?:&lt;/p&gt;)?")


def write_qti(chapter: str, items: list[Item], outcome: Outcome) -> dict[str, bytes]:
    """One assessment with the items of a chapter."""
    quiz_module, qti_module = load_extra("text2qti.quiz"), load_extra("text2qti.qti")
    config = load_extra("text2qti.config").Config()  # its defaults; load() would write a file into the home folder
    texts: dict[str, str] = {}

    def name(item: Item, part: str, text: str) -> str:
        key = f"unionstate{hashlib.sha256(f'{item.id}/{part}'.encode()).hexdigest()[:32]}"
        texts[key] = text
        return key

    lines = [f"Quiz title: {title(chapter)}", "Shuffle answers: false"]
    for item in items:
        after = f"<p>{safe_html(sources(item))}</p>"
        if item.hints:
            after = hints(item) + after
            outcome.move(item, "hints into the feedback on the question, which is seen after answering")
        lines += ["", f"Title: {item.id}"]
        if isinstance(item, Commit):
            outcome.convert(item, "nothing to mark: an essay question worth 0 points")
            lines.append(f"1. {name(item, 'prompt', question_with_options(item))}")
            lines += [f"... {name(item, 'after', reasons(item) + after)}", "____"]
            continue
        lines.append(f"1. {name(item, 'prompt', f'<p>{safe_html(item.prompt)}</p>')}")
        lines.append(f"... {name(item, 'after', after)}")
        for place, option in enumerate(item.options):
            if isinstance(item, Single):
                mark = f"{'*' if option.correct else ''}{'abcdefghi'[place]})"
            else:
                mark = "[*]" if option.correct else "[ ]"
            lines.append(f"{mark} {name(item, f'option {place}', safe_html(option.text))}")
            lines.append(f"... {name(item, f'feedback {place}', safe_html(option.feedback))}")

    quiz = quiz_module.Quiz("\n".join(lines), config=config)
    for question in quiz.questions_and_delims:
        if question.type == "essay_question":  # text2qti's text has no 0 points
            quiz.points_possible -= question.points_possible
            question.points_possible = 0
    qti = qti_module.QTI(quiz)
    used: set[str] = set()

    def put_in(found: re.Match[str]) -> str:
        used.add(found[1])
        return html.escape(texts[found[1]], quote=False)

    qti.assessment = _NAME.sub(put_in, qti.assessment)
    if used != set(texts):
        raise CourseError(
            "This version of text2qti loses texts of the quiz.", remedy="Install the locked one: requirements/test.txt"
        )
    return {".qti.zip": qti.zip_bytes()}
