"""An 8K picture, in the memory and with the answer that is promised."""

import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from anpr.synthesis.plates import render_plate

MEMORY_MB = 400
SCRIPT = """
import re, sys
from pathlib import Path
from anpr.reader import load_reader
read = load_reader().read_photo(sys.argv[1])
peak = re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())
print(read.text if read else "-", int(peak[1]) // 1024)
"""
"""The process's own peak; getrusage would count that of the process it was forked from."""


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_an_8k_picture_is_read_within_the_memory(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a.{suffix}"
    street = np.full((4320, 7680, 3), 90, np.uint8)
    plate = render_plate("4821KDM", "es_current", np.random.default_rng(3), px_per_mm=2.0).rgb
    bgr = np.ascontiguousarray(plate[:, :, ::-1])
    street[2400:3200, 2700:4900] = 40
    street[2600 : 2600 + bgr.shape[0], 3200 : 3200 + bgr.shape[1]] = bgr
    cv2.imwrite(str(path), street)
    command = [sys.executable, "-c", SCRIPT, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    text, megabytes = done.stdout.split()
    assert int(megabytes) <= MEMORY_MB
    assert text == "4821KDM"
