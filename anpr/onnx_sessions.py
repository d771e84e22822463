"""How ONNX Runtime is set up for both models, and how a bad model file is told."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import onnxruntime

from anpr.errors import ModelProblem

PROVIDERS = ("CPUExecutionProvider",)
MODELS = Path(__file__).parent / "models"


def one_thread() -> onnxruntime.SessionOptions:
    """One thread a session: cameras share the cores, and two threads gain nothing here."""
    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    return options


@contextmanager
def told_as_model_problem(kind: str, model: str) -> Iterator[None]:
    """Turn whatever a library raises while `model` is loaded into one clear `ModelProblem`."""
    try:
        yield
    except ModelProblem:
        raise
    except FileNotFoundError as error:
        raise ModelProblem(
            f"The {kind} model '{model}' is neither a known name nor a file that exists. Give the "
            f"path of an ONNX file, or unset SARBIDE_{kind.upper()}_MODEL to use the one shipped."
        ) from error
    except OSError as error:
        raise ModelProblem(
            f"The {kind} model '{model}' can't be fetched or read ({error}). Without internet "
            "give the path of a local ONNX file."
        ) from error
    # Protobuf, ONNX Runtime and the wrapping libraries have no common error class.
    except Exception as error:
        reason = str(error).strip().splitlines()
        raise ModelProblem(
            f"The {kind} model '{model}' can't be used: the file is truncated, is no ONNX "
            f"model, or has other inputs or outputs than a {kind} ({''.join(reason[:1])})."
        ) from error


def fingerprint(path: Path) -> str:
    """Name and first 12 hexadecimal digits of the SHA-256 of a model file."""
    return f"{path.name}@{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
