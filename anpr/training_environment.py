"""Training in an environment of its own: PyTorch stays out of the other one."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import SetupProblem

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-train"
REQUIREMENTS = ROOT / "requirements-train.txt"
STAMP = "installed-train"
"""File in the environment that remembers the list it was completely made from."""


def ensure_environment(say: Callable[[str], None]) -> Path:
    """Return the training environment's Python; make the environment first when it is missing.

    Raises:
        SetupProblem: the list of packages is missing, or pip failed.
    """
    if not REQUIREMENTS.is_file():
        raise SetupProblem(f"{REQUIREMENTS} is missing: training runs from the repository only.")
    wanted = hashlib.sha256(sys.version.encode() + REQUIREMENTS.read_bytes()).hexdigest()
    stamp, python = ENVIRONMENT / STAMP, ENVIRONMENT / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == wanted and python.exists():
        return python
    say(f"Making the training environment in {ENVIRONMENT.name} (about 1.5 GB, once) ...")
    _run([sys.executable, "-m", "venv", str(ENVIRONMENT)], "The environment can't be made")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", *quiet]
    _run([*pip, "-r", str(REQUIREMENTS)], "The training packages can't be installed")
    stamp.write_text(wanted)
    say("The training environment is ready.")
    return python


def train(python: Path, what: str, arguments: Sequence[str]) -> int:
    """Run `anpr.training.<what>` in the environment; its progress goes straight through."""
    command = [str(python), "-m", f"anpr.training.{what}", *arguments]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


def _run(command: list[str], problem: str) -> None:
    if subprocess.run(command, check=False).returncode:
        raise SetupProblem(
            f"{problem} (see the message above). Check the network and the free disk space, then "
            "give the same command again."
        )
