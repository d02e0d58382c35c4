"""A small quiz without a fault, for tests to break."""

from pathlib import Path

import yaml

from unionstate.quiz.items import Quiz

GOOD = """\
items:
  - id: first-item
    type: single
    part: section
    objective: LO1
    source: ["3.2"]
    prompt: Which one?
    options:
      - text: One
        correct: true
        feedback: Yes.
      - text: Two
        misconception: two-is-one
        feedback: Not so.
  - id: second-item
    type: multiple
    part: closing
    objective: LO2
    difficulty: 3
    source: ["3", "C01", udf2016article]
    prompt: Which of these?
    options:
      - text: First
        correct: true
        feedback: Right.
      - text: Second
        correct: true
        feedback: Right too.
      - text: Third
        feedback: Not this one.
    hints: [Look at *one*.]
  - id: third-item
    type: commit
    part: before
    objective: LO10
    source: ["0"]
    prompt: What do you think?
    options:
      - text: Agree
        feedback: Kept.
      - text: Disagree
        feedback: Kept so.
"""
QUIZ = Quiz.model_validate(yaml.safe_load(GOOD))
ITEMS = {item.type: item for item in QUIZ.items}
EVERY_TYPE_FILE = Path(__file__).with_name("every_type.yml")
EVERY_TYPE = Quiz.model_validate(yaml.safe_load(EVERY_TYPE_FILE.read_text(encoding="utf-8")))
