"""Names of the files in state/ that keys are kept in."""

from typing import Final

MARKS_KEY: Final = "marks.key"
TEST_SEAL: Final = "test-seal.p12"
