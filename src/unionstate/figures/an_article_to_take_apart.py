"""Figures of chapter 1: one function a figure."""

from __future__ import annotations

import pandas as pd

from unionstate.figures import BLUE, GREEN, GRID, INK, MUTED, ORANGE, PURPLE, Published, new_axes, publish

KINDS = {"fact": ("F", BLUE), "interpretation": ("I", ORANGE), "prediction": ("P", PURPLE), "quotation": ("Q", GREEN)}
VERDICTS = ["supported", "partly", "not found", "contradicted"]
# The five words that chapter 1 counts as hedges; no group, so that pandas does not take it for one to extract.
HEDGES = r"(?i)\b(?:may|apparently|mostly|possible|likely)\b"
SOURCE = "Source: the article, cut into claims and checked for this course (article_claims.csv)"


def kinds_by_paragraph(claims: pd.DataFrame) -> Published:
    """One square a claim, paragraph by paragraph, with the letter and the colour of its kind.

    Args:
        claims: with ``paragraph`` (0 for what stands above the text, left out here) and ``type``.
    """
    body = claims[claims["paragraph"] > 0]
    counts = pd.crosstab(body["paragraph"], body["type"]).reindex(columns=list(KINDS), fill_value=0)
    without_facts = [f"¶{number}" for number in counts.index[counts["fact"] == 0]]
    figure, axes = new_axes(height=3.5)
    for row, (paragraph, kinds) in enumerate(counts.iterrows()):
        letters = [kind for kind, number in kinds.items() for _ in range(number)]
        for column, kind in enumerate(letters):
            letter, colour = KINDS[kind]
            axes.scatter(column, row, marker="s", s=330, facecolors="none", edgecolors=colour, linewidths=1.6)
            axes.text(column, row + 0.02, letter, color=colour, ha="center", va="center", weight="bold")
        axes.text(-0.85, row, f"¶{paragraph}", ha="right", va="center", color=INK)
    last = len(counts)
    for column, (kind, (letter, colour)) in zip((-0.4, 1.35, 4.1, 6.2), KINDS.items(), strict=True):
        axes.text(column, last + 0.1, f"{letter} {kind}", color=colour, ha="left", va="center")
    axes.set_xlim(-1.5, 8.2)
    axes.set_ylim(last + 0.5, -0.6)
    axes.axis("off")
    return publish(
        figure,
        name="kinds-by-paragraph",
        data="article_claims",
        title=f"{_listed(without_facts)} contain no fact; ¶2 contains nothing else",
        alt=f"One square for each of {len(body)} claims, row by row. "
        + " ".join(
            f"¶{paragraph}: {_listed([_counted(number, kind) for kind, number in row.items() if number])}."
            for paragraph, row in counts.iterrows()
        ),
        source="One square is one claim. " + SOURCE,
        table=counts.rename_axis(columns=None).reset_index(),
    )


def where_the_writer_hedges(sentences: pd.DataFrame) -> Published:
    """The article as a grid of sentences; those with a hedge are filled and show it.

    Args:
        sentences: with ``sentence_id``, ``paragraph``, ``sentence`` and ``text``.
    """
    hedges = sentences["text"].str.findall(HEDGES).str.join(", ").str.lower()
    figure, axes = new_axes(height=3.3)
    for (_, row), words in zip(sentences.iterrows(), hedges, strict=True):
        across, down = row["sentence"] - 1, row["paragraph"] - 1
        axes.barh(
            down,
            0.94,
            left=across,
            height=0.78,
            color=GRID if words else "none",
            edgecolor=ORANGE if words else GRID,
            linewidth=1.6 if words else 1.0,
        )
        axes.text(
            across + 0.47,
            down,
            words or row["sentence_id"],
            ha="center",
            va="center",
            color=INK if words else MUTED,
            weight="bold" if words else "normal",
        )
    for paragraph in sentences["paragraph"].unique():
        axes.text(-0.06, paragraph - 1, f"¶{paragraph}", ha="right", va="center", color=INK)
    axes.set_xlim(-0.3, 3.0)
    axes.set_ylim(6.6, -0.6)
    axes.axis("off")
    found = sentences.assign(hedge=hedges)
    hedged = found[found["hedge"] != ""]
    return publish(
        figure,
        name="where-the-writer-hedges",
        data="article_sentences",
        title=f"{len(hedged)} of {len(sentences)} sentences carry a hedge; in ¶7 both do",
        alt=f"A grid with one cell for each of {len(sentences)} sentences, in rows ¶1 to ¶7. The cells with a hedge: "
        + _listed([f"{row['sentence_id']} ({row['hedge']})" for _, row in hedged.iterrows()])
        + ". The other cells show only the number of their sentence.",
        source="Source: the article; search for may, apparently, mostly, possible, likely",
        table=found[["sentence_id", "hedge"]],
    )


def verdicts_by_kind(claims: pd.DataFrame) -> Published:
    """How the facts, the interpretations and the quotations fared when checked: numbers in a grid of circles.

    Args:
        claims: with ``paragraph``, ``type`` and ``verdict``. Predictions are left to chapter 9.
    """
    kinds = [kind for kind in KINDS if kind != "prediction"]
    body = claims[(claims["paragraph"] > 0) & (claims["type"] != "prediction")]
    counts = pd.crosstab(body["type"], body["verdict"]).reindex(index=kinds, columns=VERDICTS, fill_value=0)
    figure, axes = new_axes(height=3.2)
    for row, kind in enumerate(kinds):
        colour = KINDS[kind][1]
        for column, verdict in enumerate(VERDICTS):
            number = counts.loc[kind, verdict]
            if number:
                axes.scatter(column, row, s=190 * number, facecolors="none", edgecolors=colour, linewidths=1.8)
            axes.text(column, row, number, ha="center", va="center", color=colour if number else MUTED)
    axes.set_xticks(range(len(VERDICTS)), [verdict.replace(" ", "\n") for verdict in VERDICTS])
    axes.set_yticks(range(len(kinds)), [f"{kind}s" for kind in kinds])
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xlim(-0.55, 3.5)
    axes.set_ylim(2.5, -0.65)
    facts, readings = counts.loc["fact"], counts.loc["interpretation"]
    return publish(
        figure,
        name="verdicts-by-kind",
        data="article_claims",
        title=f"Facts mostly hold ({facts['supported']} of {facts.sum()}); "
        f"interpretations hold in part ({readings['partly']} of {readings.sum()})",
        alt="Number of claims by kind and verdict. "
        + " ".join(
            f"{kind.capitalize()}s: {_listed([f'{number} {verdict}' for verdict, number in row.items() if number])}."
            for kind, row in counts.iterrows()
        ),
        source="The numbers count claims. " + SOURCE + "; predictions left out",
        table=counts.rename_axis(columns=None).rename_axis("kind").reset_index(),
    )


def _counted(number: int, noun: str) -> str:
    """``1 fact`` or ``5 facts``."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _listed(parts: list[str]) -> str:
    """``a``, ``a and b`` or ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
