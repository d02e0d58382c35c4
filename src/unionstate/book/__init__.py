"""The Sphinx extension: the one thin adapter between the course and the book's builder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from unionstate import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

HERE = Path(__file__).parent


def _own_templates(_app: Sphinx, config: Config) -> None:
    # not html_static_path: what lies there is announced on every page by Jupyter Book
    config.templates_path.append(str(HERE / "templates"))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the course's roles, directives, page bar, assets and formula renderer with Sphinx."""
    from unionstate.book import (
        article_roles,
        assets,
        citations,
        code_cells,
        data_directives,
        formulas,
        map_directives,
        page_bar,
        page_repairs,
        progress_page,
        quiz_directives,
        study_directives,
        term_cards,
    )

    app.connect("config-inited", _own_templates)
    # Jupyter Book always sets it, for an extension that is not loaded here; unknown, it would be a warning
    app.add_config_value("comments_config", {}, "html")
    for part in (
        article_roles,
        term_cards,
        quiz_directives,
        study_directives,
        data_directives,
        progress_page,
        map_directives,
        code_cells,
        citations,
        formulas,
        page_bar,
        page_repairs,
        assets,
    ):
        part.setup(app)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
