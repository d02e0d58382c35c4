"""The grammar of QTI: the content models and values of IMS QTI ASI 1.2.1, for the elements that our files have.

The published models name more elements than these; a file that fits here fits them.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_CONDITION = "(not|and|or|other|varequal|vargte|varlte)"
_MODELS = {
    "questestinterop": "assessment",
    "assessment": "qtimetadata* section+",
    "section": "item*",
    "item": "itemmetadata? presentation? resprocessing* itemfeedback*",
    "itemmetadata": "qtimetadata*",
    "qtimetadata": "qtimetadatafield+",
    "qtimetadatafield": "fieldlabel fieldentry",
    "presentation": "(material|response_lid|response_str)+",
    "material": "mattext+",
    "response_lid": "material? (render_choice|render_fib) material?",
    "response_str": "material? (render_choice|render_fib) material?",
    "render_choice": "(material|response_label)*",
    "render_fib": "(material|response_label)*",
    "response_label": "material*",
    "resprocessing": "outcomes respcondition+",
    "outcomes": "decvar+",
    "respcondition": "conditionvar setvar* displayfeedback*",
    "conditionvar": f"{_CONDITION}+",
    "and": f"{_CONDITION}+",
    "or": f"{_CONDITION}+",
    "not": _CONDITION,
    "itemfeedback": "(flow_mat|material)+",
    "flow_mat": "(flow_mat|material)+",
}
_TEXTS = {"mattext", "fieldlabel", "fieldentry", "decvar", "setvar", "varequal", "vargte", "varlte", "other"} | {
    "displayfeedback"
}
_REQUIRED = {
    "assessment": {"ident"}, "section": {"ident"}, "item": {"ident"}, "response_lid": {"ident"},
    "response_str": {"ident"}, "response_label": {"ident"}, "itemfeedback": {"ident"}, "varequal": {"respident"},
    "vargte": {"respident"}, "varlte": {"respident"}, "displayfeedback": {"linkrefid"},
}  # fmt: skip
_VALUES = {
    "rcardinality": {"Single", "Multiple", "Ordered"},
    "rshuffle": {"Yes", "No"},
    "fibtype": {"String", "Integer", "Decimal", "Scientific"},
    "continue": {"Yes", "No"},
    "action": {"Set", "Add", "Subtract", "Multiply", "Divide"},
    "feedbacktype": {"Response", "Solution", "Hint"},
    "vartype": {"Integer", "String", "Decimal", "Scientific", "Boolean", "Enumerated", "Set"},
}


def faults(root: ET.Element) -> list[str]:
    """Every place where a file is not what the grammar allows."""
    found = []
    for node in root.iter():
        name, children = _name(node), [_name(child) for child in node]
        if name in _TEXTS:
            good = not children
        else:
            good = bool(re.fullmatch(_pattern(_MODELS.get(name, "nothing")), "".join(f"{one} " for one in children)))
            good = good and not (node.text or "").strip()
        if not good:
            found.append(f"{name}: {children}")
        if missing := _REQUIRED.get(name, set()) - set(node.attrib):
            found.append(f"{name} without {missing}")
        found += [
            f"{name} {key}={value}" for key, value in node.attrib.items() if value not in _VALUES.get(key, {value})
        ]
    return found


def _name(node: ET.Element) -> str:
    return node.tag.removeprefix("{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}")


def _pattern(model: str) -> str:
    """A content model as a pattern for names that each end in a blank."""
    return re.sub(r"[a-z_]+", r"(?:\g<0>_)", model).replace(" ", "").replace("_)", " )")
