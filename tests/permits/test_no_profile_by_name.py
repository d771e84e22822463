"""What differs between profiles is data: no code that decides knows one by its name."""

import ast
from pathlib import Path

import pytest

import permits
from permits.seed.places import old_quarter

FOLDER = Path(permits.__file__).parent
DECIDING = [
    FOLDER / "access.py",
    *sorted((FOLDER / "deciding").glob("*.py")),
    FOLDER / "grants.py",
    FOLDER / "queries.py",
    FOLDER / "stays.py",
    FOLDER / "rules" / "book.py",
    FOLDER / "rules" / "current.py",
    FOLDER.parent / "control_points" / "access" / "access_list.py",
    FOLDER.parent / "control_points" / "vehicles" / "decisions.py",
    FOLDER.parent / "control_center" / "passages" / "deciding.py",
    FOLDER.parent / "control_center" / "passages" / "stays.py",
    FOLDER.parent / "control_center" / "passages" / "watching.py",
]
SHARED_WORDS = {"loading"}
"""A kind of right (`Tier.LOADING`) and a person's answer have this name, beside a profile."""


def profile_codes() -> set[str]:
    return {profile["code"] for profile in old_quarter()["profile"]} - SHARED_WORDS


def words_of(path: Path) -> set[str]:
    """Strings of the code, docstrings left out."""
    tree = ast.parse(path.read_text())
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose
    }


@pytest.mark.parametrize("path", DECIDING, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_profile_is_named(path: Path) -> None:
    assert words_of(path) & profile_codes() == set()


def test_every_profile_of_the_ordinance_is_there() -> None:
    """Those that the demonstration city has; a city adds its own without code."""
    assert profile_codes() >= {
        "resident", "shop", "office", "hotel", "hotel_guest", "garage", "garage_non_resident",
        "taxi", "vtc", "disabled_badge", "disabled_badge_visitor", "home_care", "health_worker",
        "works", "removals", "event", "school", "bulky_pickup", "municipal_service", "emergency",
        "public_transport", "cargo_bicycle", "one_off",
    }  # fmt: skip
