"""Pieces of pages, for streams that have no page around them."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from core.web.translations import current_language


def render_text(request: Request, template: str, context: Mapping[str, Any]) -> str:
    """`template` as text, in the language of the request."""
    token = current_language.set(request.state.language)
    try:
        text: str = request.app.state.templates.get_template(template).render(context)
        return text
    finally:
        current_language.reset(token)
