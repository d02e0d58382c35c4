"""What learning-management systems have to carry of the items of every type, said with nothing of the exports' code."""

from __future__ import annotations

from samples import seen

from unionstate.quiz.export.clean import cleaned
from unionstate.quiz.items import Item, shown_number
from unionstate.quiz.readings import normalized


def wanted(item: Item) -> dict:
    """The texts of an item in the form in which the readers give a question back."""
    item, _ = cleaned(item)
    common = {"id": item.id, "prompt": seen(item.prompt), "hints": [seen(hint) for hint in item.hints]}
    return common | _FORMS[item.type](item)


def _options(item) -> dict:
    return {
        "options": [seen(option.text) for option in item.options],
        "feedback": [seen(option.feedback) for option in item.options],
    }


def _true_false(item) -> dict:
    rows = [
        (
            f"{verdict}, because: {seen(reason.text)}",
            f"{seen(item.feedback if right else item.wrong.feedback)} {seen(reason.feedback)}",
            (100.0 if reason.correct else 50.0) if right else 0.0,
        )
        for verdict, right in (("True", item.answer), ("False", not item.answer))
        for reason in item.reasons
    ]
    options, feedback, shares = (list(column) for column in zip(*rows, strict=True))
    return {"options": options, "feedback": feedback, "shares": shares}


def _evidence(item) -> dict:
    return {
        "options": [f"¶{sentence_id} {text}" for sentence_id, text in item.sentences],
        "feedback": [
            seen(item.feedback if sentence_id in item.answer else item.wrong[sentence_id].feedback)
            for sentence_id, _ in item.sentences
        ],
        "shares": [100.0 if sentence_id in item.answer else 0.0 for sentence_id, _ in item.sentences],
    }


def _unit(item) -> list[str]:
    return [f"Unit: {seen(item.unit)}".strip()] if item.unit else []


def _numeric(item) -> dict:
    return {
        "below": _unit(item),
        "answers": [
            (100.0, item.number, item.tolerance, seen(item.feedback)),
            *((0.0, entry.value, entry.tolerance, seen(entry.feedback)) for entry in item.wrong),
            (0.0, "*", 0.0, seen(item.otherwise.feedback)),
        ],
    }


def all_spellings(accepted: list[str]) -> list[str]:
    """Every spelling once, without regard to case: those of the file, then those without accents and punctuation."""
    every = [*accepted, *(short for text in accepted if (short := normalized(text)))]
    return [text for place, text in enumerate(every) if text.casefold() not in map(str.casefold, every[:place])]


def _short_text(item) -> dict:
    rows = [(100.0, item.accept, item.feedback), *((0.0, entry.accept, entry.feedback) for entry in item.wrong)]
    answers = {(share, text.strip(), seen(why)) for share, accept, why in rows for text in all_spellings(accept)}
    return {"spelled": answers | {(0.0, "*", seen(item.otherwise.feedback))}}


def parts(item) -> list[tuple[str, str, str]]:
    """What is said to each part of an order, match or classify item."""
    return [(seen(line.label), seen(line.answer), seen(line.feedback)) for line in item.lines[:-1]]


def _order(item) -> dict:
    return {
        "ends": f"1: {seen(item.first)}. {len(item.entries)}: {seen(item.last)}.",
        "pairs": {(seen(entry.text), str(place)) for place, entry in enumerate(item.entries, start=1)},
        "parts": parts(item),
        "right_feedback": seen(item.feedback),
    }


def _match(item) -> dict:
    there = {(seen(pair.left), seen(pair.right)) for pair in item.pairs}
    return {
        "pairs": there | {("", seen(text)) for text in item.extra},
        "parts": parts(item),
        "right_feedback": seen(item.feedback),
    }


def _classify(item) -> dict:
    there = {(seen(statement.text), seen(statement.bin)) for statement in item.statements}
    unused = [one for one in item.bins if one not in {statement.bin for statement in item.statements}]
    return {
        "pairs": there | {("", seen(text)) for text in unused},
        "parts": parts(item),
        "right_feedback": seen(item.feedback),
    }


def _lines(item) -> list[tuple[str, str]]:
    return [(seen(line.label), seen(line.feedback)) for line in item.lines]


def _commit(item) -> dict:
    return {"listed": [seen(option.text) for option in item.options], "lines": _lines(item)}


def _estimate(item) -> dict:
    return {"below": [*_unit(item), "Write your estimate; a rough one will do. Nothing is marked."],
            "lines": _lines(item)}  # fmt: skip


def _predict(item) -> dict:
    marked = "" if item.marked else " Nothing is marked."
    return {"below": [f"Write a probability from 0 to 100 %.{marked}"], "lines": _lines(item)}


def _draw(item) -> dict:
    y = f"{seen(item.y + ' (' + item.unit + ')' if item.unit else item.y)}"
    low, high = item.range
    points = [(f"{x:g}", shown_number(value)) for x, value in item.series]
    return {
        "below": [f"{y}, from {low:g} to {high:g}:", "Continue the line. Nothing is marked."],
        "table": [(seen(item.x), y), *(point if place < item.given else (point[0], "")
                                       for place, point in enumerate(points))],
        "data": [(seen(item.x), y), *points],
        "lines": _lines(item),
    }  # fmt: skip


_FORMS = {
    "single": _options, "multiple": _options, "commit": _commit, "true-false": _true_false, "numeric": _numeric,
    "short-text": _short_text, "order": _order, "match": _match, "classify": _classify, "evidence": _evidence,
    "estimate": _estimate, "draw": _draw, "predict": _predict,
}  # fmt: skip
