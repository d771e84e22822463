"""Starting the residents' application."""

from pathlib import Path

import pytest

from core.errors import SetupProblem
from core.settings import Settings
from mobile_api.serving import serve


def test_without_a_register_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetupProblem, match="control_center migrate"):
        serve(Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path}/empty.sqlite3"))
