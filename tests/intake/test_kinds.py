import pytest

from pipeline.intake.kinds import DropKind, kind_of


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.yaml", DropKind.RECORDS),
        ("A.YML", DropKind.RECORDS),
        ("В-2025-118.mp4", DropKind.RECORDING),
        ("пара.қ.PDF", DropKind.PAPER),
        ("scan.tiff", DropKind.PAPER),
        ("a.pdf.cms", DropKind.SIGNATURE),
        ("a", DropKind.UNKNOWN),
        (".yaml", DropKind.UNKNOWN),
        ("a.yaml.exe", DropKind.UNKNOWN),
    ],
)
def test_the_last_ending_tells(name, kind):
    assert kind_of(name) is kind
