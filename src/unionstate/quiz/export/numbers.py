"""Numbers as files want them: decimal points, no exponents, nothing rounded that was not asked for."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_CANVAS_STEP = Decimal("0.0001")


def decimal_text(value: float) -> str:
    """The shortest decimal number that is this value: ``1234.5``, never ``1e+20`` or ``1,234.5``."""
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def canvas_number(value: float, tolerance: float) -> str:
    """A number and its tolerance as text2qti reads them behind ``=``.

    Its readme: ``<answer> +- <margin>`` or ``[<min>, <max>]``; it writes four decimals, and refuses a bound nearer to
    zero than 0.0001. Bounds with more decimals are moved outward to the next fourth decimal, so that the right answer
    always lies between them.
    """
    right, margin = Decimal(repr(float(value))), Decimal(repr(float(tolerance)))
    low = (right - margin).quantize(_CANVAS_STEP, ROUND_FLOOR)
    high = (right + margin).quantize(_CANVAS_STEP, ROUND_CEILING)
    if low == right - margin and high == right + margin and low and high and right == right.quantize(_CANVAS_STEP):
        return f"{decimal_text(value)} +- {decimal_text(tolerance)}"
    return f"[{low or -_CANVAS_STEP:f}, {high or _CANVAS_STEP:f}]"


def letter(place: int) -> str:
    """The letter of a place from 0: A to Z, then AA, AB and so on."""
    before, last = divmod(place, 26)
    return (letter(before - 1) if before else "") + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[last]
