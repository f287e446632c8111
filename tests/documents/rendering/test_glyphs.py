from __future__ import annotations

from pipeline.documents.content.glyphs import missing_glyphs


def test_kazakh_office_text_has_all_its_glyphs() -> None:
    assert missing_glyphs('ӘәҒғҚқҢңӨөҰұҮүҺһІі Ёё №«»–—"§°\n\t\u00a0\u200b') == ()


def test_missing_ones_are_named_once_in_their_order() -> None:
    assert missing_glyphs("а😀中😀✅") == ("😀", "中", "✅")
