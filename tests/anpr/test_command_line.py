import subprocess
import sys
from pathlib import Path

import pytest

from anpr import training_environment
from anpr.__main__ import main
from core.errors import SetupProblem


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "anpr", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


class TestErrors:
    def test_a_missing_model_is_one_line_that_says_what_to_do(self, tmp_path: Path) -> None:
        done = run("read", "--detector", str(tmp_path / "none.onnx"), "photo.jpg")
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert "none.onnx" in done.stderr
        assert "unset SARBIDE_DETECTOR_MODEL" in done.stderr

    def test_a_folder_without_labels_is_one_line(self, tmp_path: Path) -> None:
        done = run("evaluate", str(tmp_path))
        assert done.returncode == 2
        assert done.stderr.startswith(f"anpr: {tmp_path}: there is no labels.tsv")
        assert done.stderr.count("\n") == 1

    @pytest.mark.parametrize(
        ("raised", "code"),
        [
            (SetupProblem("The door is shut."), 2),
            (KeyboardInterrupt(), 130),
            (BrokenPipeError(), 1),
        ],
    )
    def test_what_goes_wrong_ends_without_a_traceback(
        self, capsys: pytest.CaptureFixture[str], raised: BaseException, code: int
    ) -> None:
        def command() -> None:
            raise raised

        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == code
        assert "Traceback" not in capsys.readouterr().err


class TestTrainingEnvironment:
    @pytest.fixture(autouse=True)
    def somewhere_else(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(training_environment, "ENVIRONMENT", tmp_path / ".venv-train")
        monkeypatch.setattr(training_environment, "REQUIREMENTS", tmp_path / "list.txt")
        return tmp_path

    @pytest.mark.slow
    def test_it_is_made_once_and_again_when_the_list_changes(self, tmp_path: Path) -> None:
        said: list[str] = []
        (tmp_path / "list.txt").write_text("# nothing yet\n")
        python = training_environment.ensure_environment(said.append)
        assert subprocess.run([str(python), "-c", ""], check=False).returncode == 0
        assert len(said) == 2
        training_environment.ensure_environment(said.append)
        assert len(said) == 2
        (tmp_path / "list.txt").write_text("# still nothing\n")
        training_environment.ensure_environment(said.append)
        assert len(said) == 4

    @pytest.mark.slow
    def test_an_installation_that_failed_is_not_taken_for_a_finished_one(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "list.txt").write_text("./no-such-package\n")
        for _ in range(2):
            with pytest.raises(SetupProblem, match="can't be installed"):
                training_environment.ensure_environment(lambda _: None)

    def test_outside_the_repository_it_says_so(self) -> None:
        with pytest.raises(SetupProblem, match="from the repository only"):
            training_environment.ensure_environment(lambda _: None)
