"""What the doctor says of an installation that nobody has set up yet."""

from pathlib import Path

from control_center.installation.doctor import examine
from core.settings import Settings


def test_an_empty_database_is_named_with_its_remedy_and_no_word_of_sql(tmp_path: Path) -> None:
    found = {one.check: one for one in examine(Settings(data_dir=tmp_path))}
    for check in ("database", "retention"):
        assert not found[check].is_fine
        assert "control_center migrate" in found[check].detail
        assert "sqlite3" not in found[check].detail
