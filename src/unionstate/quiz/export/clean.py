"""Takes from items the characters that the files of other programs cannot hold."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from unionstate.quiz.items import Item

# XML 1.0 has no way to write these, not even as &#0;
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cleaned(item: Item) -> tuple[Item, int]:
    """The item without characters that XML and databases refuse, and how many of them were replaced by U+FFFD.

    Every text of the item is cleaned, at whatever depth. Line ends become ``\\n``, which is what every XML reader
    makes of them.
    """
    replaced = 0

    def clean(value: Any) -> Any:
        nonlocal replaced
        if isinstance(value, str):
            text, number = _UNWRITABLE.subn("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))
            replaced += number
            return text
        if isinstance(value, BaseModel):
            return value.model_copy(update={name: clean(getattr(value, name)) for name in type(value).model_fields})
        if isinstance(value, list | tuple):
            return type(value)(clean(one) for one in value)
        if isinstance(value, dict):
            return {key: clean(one) for key, one in value.items()}
        return value

    return clean(item), replaced
