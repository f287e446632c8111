"""The paragraph styles of the shipped templates: what a person sees in Word's list of styles."""

from __future__ import annotations

from tools.wordml import TEXT_MM, WIDE_TEXT_MM, el, style, twips

BLOCK_MM = 85
"""Where the block at the right margin begins, from the left edge of the text."""
WIDE_BLOCK_MM = 165
"""The same on a page that lies on its side."""

RIGHT_TAB = el("tab", val="right", pos=twips(TEXT_MM))
WIDE_RIGHT_TAB = el("tab", val="right", pos=twips(WIDE_TEXT_MM))

STYLES = {
    "AnnexHead": style("AnnexHead", "Қосымшаның басы", size=12, left_mm=BLOCK_MM),
    "AnnexMark": style("AnnexMark", "Нысан белгісі", size=12, align="right", before=12, after=12),
    "BlockRule": style(
        "BlockRule",
        "Оң жақтағы сызық",
        size=13,
        align="center",
        left_mm=BLOCK_MM,
        rule=True,
        before=6,
        keep_next=True,
    ),
    "BlockCaption": style("BlockCaption", "Оң жақтағы сызық асты", size=10, align="center", left_mm=BLOCK_MM),
    "BlockText": style("BlockText", "Оң жақтағы мәтін", left_mm=BLOCK_MM),
    "FormTitle": style(
        "FormTitle", "Құжат атауы", bold=True, align="center", before=18, after=14, keep_next=True
    ),
    # No space above: programs that lay out Word files do not agree on it at the head of a page.
    "TopTitle": style("TopTitle", "Беттің басы", bold=True, align="center", after=14, keep_next=True),
    "FormSubtitle": style("FormSubtitle", "Құжат атауының жалғасы", align="center", after=12, keep_next=True),
    "Body": style("Body", "Негізгі мәтін", align="both", first_mm=12.5),
    "Item": style("Item", "Тармақ", align="both", first_mm=12.5, before=6, keep_next=True),
    "ItemKept": style(
        "ItemKept", "Тармақ атауы", bold=True, align="both", first_mm=12.5, before=6, keep_next=True
    ),
    "Numbered": style("Numbered", "Нөмірленген тізім", left_mm=21, hanging_mm=8.5),
    "ListLine": style("ListLine", "Тізім", left_mm=12.5),
    "Plain": style("Plain", "Мәтін (сол жаққа)", first_mm=12.5),
    "Kept": style("Kept", "Тізім алдындағы мәтін", align="both", first_mm=12.5, keep_next=True),
    "BlankRule": style("BlankRule", "Бос сызық", rule=True),
    "SpeechRule": style("SpeechRule", "Бос сызық (шегініспен)", left_mm=12.5, rule=True),
    "PersonRule": style(
        "PersonRule", "Ортадағы сызық", align="center", left_mm=22.5, right_mm=22.5, rule=True, keep_next=True
    ),
    "PersonCaption": style(
        "PersonCaption", "Ортадағы сызық асты", size=10, align="center", after=12, keep_next=True
    ),
    "Field": style("Field", "Жол атауы", before=5, keep_next=True),
    "Value": style("Value", "Жолдың мәні", before=5, left_mm=1.5, keep_next=True),
    "ValueRule": style(
        "ValueRule", "Жолдың мәні (сызықпен)", before=5, left_mm=1.5, rule=True, keep_next=True
    ),
    "Caption": style("Caption", "Сызық асты", size=10, align="center"),
    "Tight": style("Tight", "Аралық", size=4, keep_next=True),
    "End": style("End", "Құжат соңы", size=1, exact=0.1),
    "TableHead": style("TableHead", "Кесте басы", size=11, align="center", before=2, after=2, keep_next=True),
    "TableText": style("TableText", "Кесте мәтіні", size=12, before=2, after=2),
    "TableMark": style("TableMark", "Кестедегі белгі", size=14, bold=True, align="center"),
    "TableNumber": style("TableNumber", "Кестедегі нөмір", size=12, align="center"),
    "TableCell": style("TableCell", "Тізім мәтіні", size=11, before=2, after=2),
    "TableFigure": style("TableFigure", "Тізімдегі сан", size=11, align="center", before=2, after=2),
    "Note": style("Note", "Ескертпе", size=12, align="both", first_mm=12.5, before=12),
    "Seal": style("Seal", "Мөр орны", before=14, after=6),
    "Stamp": style("Stamp", "Тіркеу белгісі", size=11),
    "SplitLine": style("SplitLine", "Екі шетке", before=6, after=6, tabs=[RIGHT_TAB], keep_next=True),
    "WideSplit": style(
        "WideSplit", "Екі шетке (көлденең бет)", before=6, after=6, tabs=[WIDE_RIGHT_TAB], keep_next=True
    ),
    "WideBlock": style("WideBlock", "Оң жақтағы мәтін (көлденең бет)", left_mm=WIDE_BLOCK_MM),
    "SignHead": style("SignHead", "Қол қою бөлімі", before=8, keep_next=True),
    "SignTitle": style(
        "SignTitle", "Қол қоюшылар тізімінің атауы", bold=True, first_mm=12.5, before=6, keep_next=True
    ),
    "SignTableHead": style(
        "SignTableHead",
        "Қол қоюшылар кестесінің басы",
        size=11,
        align="center",
        before=2,
        after=2,
        keep_next=True,
    ),
    "SignTableText": style("SignTableText", "Қол қоюшылар кестесі", size=12, before=2, after=2),
    "SignAgain": style(
        "SignAgain",
        "Қол қоюшылар тізімінің жалғасындағы мәтін",
        size=12,
        align="both",
        after=2,
        keep_next=True,
    ),
    "SignRole": style("SignRole", "Қол қоюшы", before=10),
    "SignName": style("SignName", "Қол қоюшының аты", before=10, left_mm=3),
    # Between the marks of the lower corners: a long name breaks its line before it runs into one.
    "Running": style(
        "Running", "Жалғасы бетінің төменгі жолы", size=10, align="center", left_mm=28, right_mm=28
    ),
}
