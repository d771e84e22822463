"""Documents set as PDF: HTML through WeasyPrint, archivable (PDF/A-3a) and tagged for readers.

WeasyPrint loads Pango and is slow to import, so it is imported when a document is made and
never by the web application.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import Environment
from markupsafe import Markup

from core.errors import SetupProblem
from core.web.pages import template_environment
from core.web.translations import current_language, translate
from sanctions.documents.kinds import DOCUMENT_LABELS, DocumentKind
from sanctions.numbers import one_decimal

VARIANT = "pdf/a-3a"


@lru_cache(maxsize=1)
def _templates() -> Environment:
    environment = template_environment(("sanctions",), "paper")
    environment.filters |= {
        "euros": euros,
        "long_day": long_day,
        "evidence_time": evidence_time,
        "grouped": grouped,
        "one_decimal": one_decimal,
    }
    return environment


def document_pdf(content: Mapping[str, Any], code: str, verify_at: str) -> bytes:
    """The document in its languages, one after the other; `verify_at` is the public address."""
    authority = content["texts"]["authority"]
    notice = authority["test_notice"]
    first = content["languages"][0]
    title = translate(DOCUMENT_LABELS[DocumentKind(content["kind"])], first)
    return sections_pdf(
        f"sanctions/paper/{content['kind']}.html",
        [(language, {"document": content}) for language in content["languages"]],
        title=f"{title} {content['reference']}",
        author=authority["name"][first],
        banner=None if content["is_valid"] else f"{notice['es']} · {notice['eu']}",
        code=code,
        verify_at=verify_at,
    )


def sections_pdf(
    template: str,
    sections: Sequence[tuple[str, Mapping[str, Any]]],
    *,
    title: str,
    author: str = "",
    banner: str | None = None,
    code: str = "",
    verify_at: str = "",
) -> bytes:
    """`template` set once for each language with its values, under one title."""
    parts = [Markup(_rendered(template, language, values)) for language, values in sections]  # noqa: S704 -- our own templates, escaped there
    frame = {"parts": parts, "title": title, "author": author, "banner": banner}
    frame |= {"code": code, "verify_at": verify_at}
    return pdf_of(_rendered("sanctions/paper/frame.html", sections[0][0], frame))


def _rendered(template: str, language: str, values: Mapping[str, Any]) -> str:
    token = current_language.set(language)
    try:
        page = _templates().get_template(template)
        return page.render({**values, "language": language, "text": _chooser(language)})
    finally:
        current_language.reset(token)


def _chooser(language: str) -> Any:
    def text(both: Mapping[str, str]) -> str:
        return both.get(language) or both["es"]

    return text


def pdf_of(html: str, attachments: Iterable[tuple[str, bytes]] = ()) -> bytes:
    """`html` (with data: addresses only) as PDF/A-3a.

    Raises SetupProblem: Pango, which sets the text, is not installed.
    """
    try:
        import weasyprint  # type: ignore[import-untyped] # noqa: PLC0415 -- slow, for workers only
    except OSError as error:
        raise SetupProblem(
            "Documents need Pango: install libpango-1.0-0 and libpangoft2-1.0-0."
        ) from error
    from weasyprint.urls import URLFetcher  # type: ignore[import-untyped] # noqa: PLC0415

    fetcher = URLFetcher(allowed_protocols={"data"})
    document = weasyprint.HTML(string=html, url_fetcher=fetcher)
    made: bytes = document.write_pdf(
        pdf_variant=VARIANT,
        pdf_tags=True,
        custom_metadata=False,
        attachments=[
            weasyprint.Attachment(string=data, name=name, relationship="Source")
            for name, data in attachments
        ],
    )
    return made


def euros(cents: int | None) -> str:
    if cents is None:
        return "—"
    text: str = format_currency(Decimal(cents) / 100, "EUR", locale=current_language.get())
    return text


def long_day(value: str | date | datetime) -> str:
    """``20 de octubre de 2026``."""
    day = datetime.fromisoformat(value) if isinstance(value, str) else value
    text: str = format_date(day, "long", locale=current_language.get())
    return text


def evidence_time(value: str) -> str:
    """``14:41:07 (UTC+02:00)``: the time of day as evidence names it, seconds and offset."""
    moment = datetime.fromisoformat(value)
    offset = moment.strftime("%z")
    return f"{moment:%H:%M:%S} (UTC{offset[:3]}:{offset[3:]})"


def grouped(text: str) -> str:
    """A plate with its letters and digits apart."""
    return " ".join(part for part in _runs(text) if part)


def _runs(text: str) -> list[str]:
    runs = [""]
    for before, character in zip(" " + text, text, strict=False):
        if before.isdigit() != character.isdigit():
            runs.append("")
        runs[-1] += character
    return runs
