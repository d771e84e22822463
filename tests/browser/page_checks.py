"""What every page has to be, whoever looks at it and on whatever."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

_STRUCTURE = """() => {
  const shown = element => element.getClientRects().length > 0;
  const label = field => field.labels?.length || field.ariaLabel
    || field.getAttribute("aria-labelledby");
  const fields = [...document.querySelectorAll("input:not([type=hidden]), select, textarea")];
  return {
    headings: [...document.querySelectorAll("h1")].filter(shown).length,
    language: document.documentElement.lang,
    unlabelled: fields.filter(field => shown(field) && !label(field)).map(field => field.outerHTML),
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  };
}"""


@lru_cache(maxsize=1)
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


def structure_problems(page: Page) -> list[str]:
    """Missing or doubled first heading, fields without a label, sideways scrolling."""
    found: dict[str, Any] = page.evaluate(_STRUCTURE)
    problems = [f"a field has no label: {field}" for field in found["unlabelled"]]
    if found["headings"] != 1:
        problems.append(f"{found['headings']} first headings instead of one")
    if found["wide"] > 0:
        problems.append(f"{found['wide']} px wider than the window")
    return problems


def accessibility_problems(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2, levels A and AA; one line for each rule."""
    # Evaluated rather than added as a script element: the pages' policy forbids inline scripts.
    page.evaluate(_axe())
    options = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    return [_sentence(violation) for violation in result["violations"]]


def _sentence(violation: dict[str, Any]) -> str:
    where = "; ".join(node["html"][:160] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} -- {where}"
