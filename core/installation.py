"""Set-up on a fresh machine: one virtual environment from a hash-locked list of packages.

Runs with the system's Python before anything is installed, so it uses the standard library only:
``python3 core/installation.py [runtime|dev]``. A second run takes a moment, because the
environment remembers which list it was made from.
"""

import ctypes.util
import hashlib
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LISTS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
MINIMUM = (3, 11)


def missing_system_packages() -> list[str]:
    """Debian packages without which the set-up can't begin, or no document can be made."""
    missing = [
        package
        for library, package in (
            ("pango-1.0", "libpango-1.0-0"),
            ("pangoft2-1.0", "libpangoft2-1.0-0"),
        )
        if ctypes.util.find_library(library) is None
    ]
    if shutil.which("openssl") is None:
        missing.append("openssl")
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            missing.append("python3-venv")
    return sorted(set(missing))


def explain_missing(packages: list[str]) -> str:
    """One message with the command that installs what is missing."""
    return (
        f"Sarbide needs Debian packages that are not installed: {', '.join(packages)}.\n"
        f"Install them with:  sudo apt-get install {' '.join(packages)}"
    )


def fingerprint(requirements: Path) -> str:
    """Changes when the list of packages or the Python version does."""
    version = ".".join(map(str, sys.version_info[:2]))
    return hashlib.sha256(version.encode() + requirements.read_bytes()).hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the environment was completely made from this list."""
    return stamp.exists() and stamp.read_text() == wanted


def install(kind: str) -> None:
    """Make `.venv`, or bring it up to date. Interrupted, it starts over next time."""
    requirements = ROOT / LISTS[kind]
    stamp, wanted = VENV / f"installed-{kind}", fingerprint(requirements)
    everything = VENV / "installed-dev", fingerprint(ROOT / LISTS["dev"])
    if is_current(stamp, wanted) or is_current(*everything):
        return
    if not (VENV / "bin" / "python").exists():
        _say("Making the Python environment in .venv ...")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    count = sum("==" in line and not line.startswith("#") for line in _lines(requirements))
    _say(f"Installing {count} pinned packages from {requirements.name}; a few minutes once ...")
    _pip("install", "--require-hashes", "--no-deps", "-r", str(requirements))
    stamp.write_text(wanted)
    _say("The environment is ready.")


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def _pip(*arguments: str) -> None:
    command = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    progress = ["--progress-bar", "on"] if sys.stderr.isatty() else ["--quiet"]
    done = subprocess.run([*command, *arguments, *progress], check=False)
    if done.returncode:
        raise SystemExit(
            "The packages could not be installed (see pip's message above). Check the network "
            "and the free disk space, then run the same command again."
        )


def _say(text: str) -> None:
    print(f"sarbide set-up: {text}", flush=True)


def main(arguments: list[str]) -> None:
    """Command line."""
    kind = arguments[0] if arguments else "runtime"
    if kind not in LISTS:
        raise SystemExit(f"'{kind}' is not a set-up: choose from {', '.join(LISTS)}.")
    if sys.version_info < MINIMUM:
        raise SystemExit(f"Sarbide needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if missing := missing_system_packages():
        raise SystemExit(explain_missing(missing))
    if shutil.disk_usage(ROOT).free < 2_000_000_000:
        raise SystemExit("Less than 2 GB of disk are free here; Sarbide's packages need more.")
    try:
        install(kind)
    except subprocess.CalledProcessError:
        raise SystemExit(explain_missing(["python3-venv"])) from None


if __name__ == "__main__":
    main(sys.argv[1:])
