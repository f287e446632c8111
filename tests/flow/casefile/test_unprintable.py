"""A sign that cannot be printed is HR's matter: refused once, where it stands, also by `jeke check`."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.e2e.place import Place, sample

SIGNS = {
    "emoji": ("😀", "😀 U+1F600 GRINNING FACE"),
    "heavy check": ("✅", "✅ U+2705 WHITE HEAVY CHECK MARK"),
    "bullet out of Word": ("\uf0b7", "U+F0B7"),
    "Chinese": ("中", "中 U+4E2D CJK UNIFIED IDEOGRAPH-4E2D"),
    "Arabic": ("ع", "ع U+0639 ARABIC LETTER AIN"),
    "a mark that combines": ("\u20dd", "U+20DD COMBINING ENCLOSING CIRCLE"),
    "beyond the basic plane": ("𝐀", "𝐀 U+1D400 MATHEMATICAL BOLD CAPITAL A"),
}
FIELDS = {
    "a name": ("surname: Әбілқасов", "surname: Әбіл{}қасов"),
    "a number": ("number: ПС-77", "number: ПС-77{}"),
    "the place": ("214-каб.", "214-каб.{}"),
    "a conclusion": ("conclusion: ұсынылады", "conclusion: ұсынылады {}"),
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place.make(tmp_path / "place")


def with_sign(field: str, sign: str) -> str:
    old, new = FIELDS[field]
    text = sample("recommended")
    assert old in text
    return text.replace(old, new.replace("{}", sign), 1)


@pytest.mark.parametrize("kind", SIGNS)
@pytest.mark.parametrize("field", FIELDS)
def test_check_names_field_place_and_sign(place: Place, kind: str, field: str) -> None:
    sign, named = SIGNS[kind]
    text = with_sign(field, sign)
    (place.folder / "a.yaml").write_text(text, encoding="utf-8")
    line, column = next((n, row.index(sign)) for n, row in enumerate(text.split("\n"), 1) if sign in row)
    for alone in ((), ("--alone",)):
        ran = place.jeke("check", *alone, "a.yaml")
        assert ran.status == 2
        assert f"a.yaml:{line}:{column + 1}" in ran.out
        assert named in ran.out


def test_it_is_refused_once_and_the_corrected_record_is_filed(place: Place) -> None:
    place.drop("a.yaml", with_sign("a conclusion", "😀"))
    assert place.run_once().status == 2
    (back,) = (place.folder / "inbox" / "refused").iterdir()
    assert "U+1F600 GRINNING FACE" in (back / "жауап.txt").read_text(encoding="utf-8")
    assert list((place.folder / "state" / "work").iterdir()) == []
    place.drop("a.yaml", sample("recommended"))
    assert place.run_once().status == 0


@pytest.mark.parametrize(
    ("sign", "plain"),
    [
        ("➢", "–"),
        ("\uf0b7", "–"),
        ("\uf0fc", "✓"),
        ("✅", "✓"),
        ("℃", "°C"),
        ("①", "1"),
        ("㎡", "m²"),
        ("⅒", "1⁄10"),
        ("Ⓐ", "A"),
        ("ﬃ", "ffi"),
        ("⇒", "→"),
        ("❌", "✗"),
    ],
)
def test_a_sure_substitute_is_named(place: Place, sign: str, plain: str) -> None:
    (place.folder / "a.yaml").write_text(with_sign("a conclusion", sign), encoding="utf-8")
    ran = place.jeke("check", "--alone", "a.yaml")
    assert ran.status == 2
    assert f"→ {plain}." in ran.out


@pytest.mark.parametrize("sign", ["😀", "中", "ع"])
def test_where_words_are_needed_none_is_named(place: Place, sign: str) -> None:
    (place.folder / "a.yaml").write_text(with_sign("a conclusion", sign), encoding="utf-8")
    ran = place.jeke("check", "--alone", "a.yaml")
    assert ran.status == 2
    assert "→" not in ran.out.partition("\n  =")[0]


def test_written_as_an_escape_it_is_found_too(place: Place) -> None:
    text = sample("recommended").replace("conclusion: ұсынылады", r'conclusion: "ұсынылады \U0001F600"', 1)
    place.drop("a.yaml", text)
    assert place.run_once().status == 2


@pytest.mark.parametrize("sign", ["₸", "•", "✓", "№", "«»", "–", "½", "é", "ʼ", "€", "\u00a0", "\u2011", "…"])
def test_everyday_signs_are_printed(place: Place, sign: str) -> None:
    place.drop("a.yaml", with_sign("the place", sign))
    assert place.run_once().status == 0


def test_signs_in_comments_hold_up_nothing(place: Place) -> None:
    place.drop("a.yaml", "# 😀\n" + sample("recommended"))
    assert place.run_once().status == 0


def test_a_sign_out_of_a_template_is_answered_too(place: Place) -> None:
    """What gets past the reader is refused with the paper's name, and not tried for ever."""
    path = place.folder / "templates" / "annex-1.docx"
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as template, zipfile.ZipFile(buffer, "w") as spoilt:
        for info in template.infolist():
            content = template.read(info)
            if info.filename == "word/document.xml":
                content = content.replace("БАЯНАТ".encode(), "БАЯНАТ 😀".encode())
            spoilt.writestr(info, content)
    path.write_bytes(buffer.getvalue())
    place.drop("a.yaml", sample("recommended"))
    assert place.run_once().status in (0, 2)  # 0: the template's own check keeps the one before in force
    assert list((place.folder / "state" / "work").iterdir()) == []
