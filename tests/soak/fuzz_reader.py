"""Coverage-guided fuzzing of the reader with atheris, where that is installed; it is in no lock file.

    pip install --target DIR atheris
    PYTHONPATH=DIR python -m tests.soak.fuzz_reader CORPUS -timeout=2 -max_total_time=600

CORPUS is a folder; the samples and the tricky YAML are put into it first. The arguments are libFuzzer's: `-timeout`
ends the run where one input takes longer than so many seconds.
"""

from __future__ import annotations

import importlib
import sys
from hashlib import sha256
from pathlib import Path

from tests.e2e.place import SAMPLES

from .yaml_cases import HEAD, VALUES, WHOLE

atheris = importlib.import_module("atheris")
with atheris.instrument_imports(include=["pipeline.intake", "yaml"]):
    from pipeline.record_format.reader import read_stream


def answer(data: bytes) -> None:
    """Raises, and so ends the run, where bytes get no answer."""
    result = read_stream(data, "а.yaml")
    if bool(result.records) == bool(result.errors):
        raise AssertionError("neither read nor refused")


def fill(corpus: Path) -> None:
    """What the fuzzer starts from."""
    corpus.mkdir(exist_ok=True)
    whole = (text if isinstance(text, bytes) else text.encode() for text, _ in WHOLE.values())
    values = (f"{HEAD}unit: {text}\n".encode() for text, _ in VALUES.values())
    for data in (*whole, *values, *(path.read_bytes() for path in SAMPLES.glob("*.yaml"))):
        (corpus / sha256(data).hexdigest()).write_bytes(data)


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
    atheris.Setup(sys.argv, answer)
    atheris.Fuzz()
