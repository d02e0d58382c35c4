"""The JSON Schema of quiz files, so that editors complete keys and mark faults while an author types."""

from __future__ import annotations

import json
from pathlib import Path

from unionstate.paths import chapters_path
from unionstate.quiz.items import Quiz


def schema_path() -> Path:
    """Where the schema is published, beside the quizzes."""
    return chapters_path() / "quizzes" / "quiz.schema.json"


def schema_text() -> str:
    """The schema as text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Quiz.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
