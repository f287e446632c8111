"""Scans through the whole pipeline, as HR drop them."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pikepdf
import pytest

from pipeline.documents.sealing.marks import Mark, code_of, stamp
from pipeline.scans.page_marks import read_marks
from tests.e2e.place import Place, sample
from tests.flow.scanned import (
    CASE,
    OTHER,
    SITTING,
    answer,
    dropped,
    filed,
    heads,
    made,
    refused,
    signed,
    without_marks,
)
from tests.scans.originals import only_soak
from tests.scans.simulated import (
    SCANNERS,
    Picture,
    as_image,
    as_pdf,
    as_tiff,
    drawn,
    pages_of,
    scan,
    seal,
    sign,
    two_up,
)

ANNEX_2, WHERE = "Қызметтік мінездеме (2-қосымша)", "Қол қоятын орны"
ANNEXES = ("annex-1", "annex-2", "annex-4")
KILLS = min(int(os.environ.get("JEKE_SOAK", "1")), 40)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return made(tmp_path / "p")


def test_a_bundle_in_any_order_is_filed_each_paper_in_its_own_file(place: Place) -> None:
    annex_2 = signed(place, CASE, "annex-2", scanner=SCANNERS["upside down"])
    (sheet,) = signed(place, OTHER, "annex-4", scanner=SCANNERS["lying"])
    blank = np.full(sheet.shape, 244, np.uint8)
    bundle = as_pdf([sheet, annex_2[1], blank, annex_2[0]])
    ran = dropped(place, "бума.pdf", bundle)
    assert ran.status == 0, [answer(f) for f in refused(place)]
    assert not refused(place)
    assert list((place.folder / "state" / "work").iterdir()) == []

    person = place.object_named("Әбілқасов")
    (path,) = (p for p in person.state if p.endswith("signed/annex-2.pdf"))
    assert not any("annex-4.pdf" in p and "signed" in p for p in person.state)
    with pikepdf.open(io.BytesIO(person.read(path))) as pdf, pikepdf.open(io.BytesIO(bundle)) as whole:
        pictures = [p.obj.Resources.XObject.Im0.read_raw_bytes() for p in whole.pages]
        assert [p.obj.Resources.XObject.Im0.read_raw_bytes() for p in pdf.pages] == [pictures[3], pictures[1]]
        assert [int(p.obj.Rotate) for p in pdf.pages] == [180, 180]
        assert pdf.Root.AcroForm.Fields[0].T == "JekeSeal"
    report = json.loads(person.read(path.replace(".pdf", "-scan.json")))
    assert [p["scan_page"] for p in report["pages"]] == [4, 2]
    assert {s["verdict"] for p in report["pages"] for s in p["signatures"]} == {"ink"}
    assert report["decision"] is None

    told = next((place.folder / "outbox" / CASE).glob("жауап-скан-*.txt")).read_text(encoding="utf-8")
    assert "Скан беттері: 2, 4" in told
    assert "Аттестаттау парағы" not in told
    assert place.jeke("verify").status == 0

    before = heads(place)
    assert dropped(place, "тағы.pdf", bundle).status == 0
    assert heads(place) == before
    assert [f.name for f in (place.folder / "inbox" / "duplicates").glob("*/*.pdf")] == ["тағы.pdf"]


def test_sound_papers_are_filed_and_the_rest_is_named_and_comes_back_whole(place: Place) -> None:
    annex_2 = signed(place, CASE, "annex-2")
    protocol = signed(place, SITTING, "protocol", unsigned=(2,))
    other = signed(place, OTHER, "annex-2")
    (mine,), (theirs,) = signed(place, CASE, "annex-4"), signed(place, OTHER, "annex-4")
    pages = [
        annex_2[0],
        protocol[0],
        other[0],
        annex_2[1],
        protocol[1],
        two_up(mine, theirs),
        without_marks(mine),
    ]
    data = as_pdf(pages)
    ran = dropped(place, "аралас.pdf", data)
    assert ran.status == 1
    (back,) = refused(place)
    assert (back / "аралас.pdf").read_bytes() == data
    words = answer(back)
    assert words.startswith("ФАЙЛДЫҢ БІР БӨЛІГІ ҒАНА МҰРАҒАТҚА ЕНГІЗІЛДІ")
    for line in (
        f"Қол қойылған құжат мұрағатқа енгізілді. Құжат: {ANNEX_2}. Жазба: {CASE}. Скан беттері: 1, 4",
        f"Қол қойылмаған. Құжат: Отырыс хаттамасы № 3. Жазба: {SITTING}. Скан беті: 5. {WHERE}: Г.Ә. Жақсыбекова",
        f"Құжаттың беті жетпейді. Құжат: {ANNEX_2}. Жазба: {OTHER}. Жетпейтін беттері: 2. Сканда бары: 3",
        "Бір параққа екі құжат түскен: бөтен қағаз мұрағатқа енгізілмейді. Скан беттері: 6",
        "Белгісі оқылмаған беттер бар. Скан беттері: 7",
        "Істер саны: 3",
    ):
        assert line in words
    pictures = sorted(p.name for p in back.glob("*.png"))
    assert pictures == ["5-бет.png", "6-бет.png", "7-бет.png"]
    for picture in back.glob("*.png"):
        assert int.from_bytes(picture.read_bytes()[16:20]) <= 200
    assert set(filed(place)) == {"annex-2.pdf", "annex-2-scan.json"}


def test_a_page_whose_picture_cannot_be_drawn_is_named_and_never_left_out_as_blank(place: Place) -> None:
    """It may be the very page that is missed."""
    (sheet,) = signed(place, CASE, "annex-4")
    with pikepdf.open(io.BytesIO(as_pdf([sheet, sheet, sheet]))) as pdf:
        for page, (about, value) in zip(
            list(pdf.pages)[1:], (("/ColorSpace", "/Other"), ("/Filter", "/Other")), strict=True
        ):
            page.obj.Resources.XObject.Im0[about] = pikepdf.Name(value)
        data = io.BytesIO()
        pdf.save(data)
    assert dropped(place, "скан.pdf", data.getvalue()).status == 1
    (back,) = refused(place)
    assert (back / "скан.pdf").read_bytes() == data.getvalue()
    assert "Беттің суреті ашылмады. Скан беттері: 2–3" in answer(back)
    assert "annex-4.pdf" in filed(place)


def test_a_picture_of_forty_thousand_pixels_square_stops_at_the_gate(place: Place) -> None:
    (sheet,) = signed(place, CASE, "annex-4")
    with pikepdf.open(io.BytesIO(as_pdf([sheet]))) as pdf:
        picture = pdf.pages[0].obj.Resources.XObject.Im0
        picture.Width = picture.Height = 40_000
        data = io.BytesIO()
        pdf.save(data)
    assert dropped(place, "скан.pdf", data.getvalue()).status != 0
    (apart,) = (place.folder / "inbox" / "quarantine").iterdir()
    assert "Суретте нүкте тым көп" in answer(apart)


@only_soak
def test_every_form_a_scanner_gives(place: Place) -> None:
    inbox = place.folder / "inbox"
    (inbox / "fax.tiff").write_bytes(as_tiff(signed(place, CASE, "annex-2"), fax=True))
    (inbox / "скан.jpg").write_bytes(as_image(signed(place, CASE, "annex-4")[0], "JPEG"))
    ran = dropped(place, "скан.png", as_image(signed(place, CASE, "annex-1")[0], "PNG"))
    assert ran.status == 0, [answer(f) for f in refused(place)]
    assert sorted(filed(place)) == sorted(f"{n}{e}" for n in ANNEXES for e in (".pdf", "-scan.json"))


def test_marks_of_another_place_and_of_a_replaced_revision(place: Place, tmp_path: Path) -> None:
    pdf = (place.folder / "outbox" / CASE / "annex-1.pdf").read_bytes()
    foreign = stamp(blank_page(), document=1, annex=1, revision=1, key=b"k" * 32)
    key = (place.folder / "state" / "marks.key").read_bytes()
    unknown = stamp(blank_page(), document=77, annex=1, revision=77, key=key)
    old = scan(drawn(pdf)[0], SCANNERS["clean"], random.Random(1))
    place.drop("later.yaml", sample("recommended").replace('registered: "214"', 'registered: "215"'))
    assert place.run_once().status == 0
    ran = dropped(place, "a.pdf", as_pdf([drawn(foreign)[0], drawn(unknown)[0], old]))
    assert ran.status == 1
    words = answer(refused(place)[0])
    assert "осы жұмыс орнында жасалмаған. Скан беттері: 1" in words
    assert "мұндай құжат мұрағатта жоқ. Скан беттері: 2" in words
    assert (
        f"Құжаттың ескі нұсқасы қайтты: кейін жазба өзгерді. Құжат: Баянат (1-қосымша). Жазба: {CASE}."
        in words
    )
    assert not filed(place)


def blank_page() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_our_own_file_unsigned_is_said_to_be_that(place: Place) -> None:
    pdf = (place.folder / "outbox" / CASE / "annex-1.pdf").read_bytes()
    assert dropped(place, "annex-1.pdf", pdf).status == 1
    assert "бағдарлама жасаған файлдың өзі" in answer(refused(place)[0])
    assert not filed(place)


def test_printed_but_not_signed_is_not_filed(place: Place) -> None:
    pages = signed(place, CASE, "annex-4", unsigned=(0, 1))
    assert dropped(place, "a.pdf", as_pdf(pages)).status == 1
    assert answer(refused(place)[0]).count("Қол қойылмаған.") == 2
    assert not filed(place)
    assert place.jeke("review").status == 0


def stamped(place: Place) -> bytes:
    """Annex 4 with a round seal over the employee's place: a person is to look."""
    pdf = (place.folder / "outbox" / CASE / "annex-4.pdf").read_bytes()
    ((page, fields),) = pages_of(pdf, "annex-4")
    rng = random.Random(2)
    picture = seal(page.picture, fields[1])
    for field in fields:
        picture = sign(picture, field, rng)
    return as_pdf([scan(picture, SCANNERS["clean"], rng)])


def test_a_doubtful_paper_is_decided_by_a_person(place: Place) -> None:
    data = stamped(place)
    assert dropped(place, "мөрмен.pdf", data).status == 1
    (back,) = refused(place)
    assert "jeke review QRG-PD-2025-014/annex-4 --accept" in answer(back)
    assert {p.name for p in back.glob("*.png")} >= {"1-бет.png", "1-бет-1.png"}
    listed = place.jeke("review")
    assert listed.status == 1
    assert "үстінде мөр не мөртаңба бар" in listed.out

    assert place.jeke("review", f"{CASE}/annex-4", "--accept").status == 2
    assert place.jeke("review", f"{CASE}/annex-1", "--accept", "--by", "А").status == 3
    ran = place.jeke("review", f"{CASE}/annex-4", "--accept", "--by", "Жақсыбекова Г.Ә.")
    assert ran.status == 0, ran.err
    assert not refused(place)
    assert (place.folder / "inbox" / "мөрмен.pdf").read_bytes() == data
    assert place.run_once().status == 0
    report = json.loads(filed(place)["annex-4-scan.json"])
    assert report["decision"]["by"] == "Жақсыбекова Г.Ә."
    assert report["decision"]["accepted"] is True
    assert any(doubt.endswith(":seal") for doubt in report["decision"]["doubts"])
    assert place.jeke("review").status == 0
    entries = json.loads(place.jeke("audit", "--json").out)["entries"]
    (told,) = (e for e in entries if e["event"] == "acceptance")
    assert told["agent"] == report["decision"]["login"], "the chain keeps the login"
    assert "Жақсыбекова" not in json.dumps(entries, ensure_ascii=False), "and names nobody"


@only_soak
def test_a_rejected_paper_stays_out_and_the_decision_is_kept(place: Place) -> None:
    data = stamped(place)
    dropped(place, "мөрмен.pdf", data)
    ran = place.jeke("review", f"{CASE}/annex-4", "--reject", "--by", "Жақсыбекова Г.Ә.")
    assert ran.status == 0
    assert len(refused(place)) == 1
    assert dropped(place, "тағы.pdf", data).status == 1
    assert "Адам қарап, қабылдамады." in answer(refused(place)[-1])
    assert not filed(place)
    assert place.jeke("review").status == 0


@only_soak
def test_a_decision_holds_for_the_very_bytes_only(place: Place) -> None:
    dropped(place, "бір.pdf", stamped(place))
    place.jeke("review", f"{CASE}/annex-4", "--accept", "--by", "А. Б.")
    (place.folder / "inbox" / "бір.pdf").unlink()
    assert dropped(place, "екі.pdf", stamped(place) + b"\n").status == 1
    assert not filed(place)


def test_a_page_without_a_mark_is_assigned_by_hand(place: Place) -> None:
    first, second = signed(place, CASE, "annex-2")
    data = as_pdf([without_marks(second), first])
    assert dropped(place, "белгісіз.pdf", data).status == 1
    drop = json.loads(place.jeke("review", "--json").out)["scans"][0]["drop"]
    assert f"jeke assign {drop[:8]} 1 " in answer(refused(place)[0])
    assert place.jeke("assign", drop[:8], "2", f"{CASE}/annex-2", "--as", "2").status == 4
    assert place.jeke("assign", drop[:8], "1", f"{CASE}/annex-2").status == 4
    assert place.jeke("assign", drop[:8], "1", f"{CASE}/annex-9", "--as", "2").status == 3
    ran = place.jeke("assign", drop[:8], "1", f"{CASE}/annex-2", "--as", "2")
    assert ran.status == 0, ran.err
    assert place.run_once().status == 0
    report = json.loads(filed(place)["annex-2-scan.json"])
    assert [(p["scan_page"], p["assigned"] is not None) for p in report["pages"]] == [(2, False), (1, True)]


def codes_in(place: Place, name: str) -> set[str]:
    pdf = (place.folder / "outbox" / CASE / f"{name}.pdf").read_bytes()
    return {code.text for page in drawn(pdf) for code in read_marks(page)}


def test_a_wrong_assignment_is_seen_by_the_text_and_can_be_mended(place: Place) -> None:
    """Annex 1 given to Annex 4: the page does not lie on that original, and nothing is filed."""
    (sheet,) = signed(place, CASE, "annex-1")
    dropped(place, "a.jpg", as_image(without_marks(sheet), "JPEG"))
    assert place.jeke("assign", "a.jpg", "1", f"{CASE}/annex-4").status == 0
    assert place.run_once().status == 1
    (back,) = refused(place)
    assert "Бет түпнұсқамен салыстырылмады" in answer(back)
    assert re.search(r"jeke assign [0-9a-f]{8} 1 ЖАЗБА/ҚҰЖАТ", answer(back))
    assert not filed(place)
    note = back / "ескертпе.txt"
    note.write_text("HR-дің жазғаны", encoding="utf-8")

    assert place.jeke("review", f"{CASE}/annex-4", "--reject", "--by", "А. Б.").status == 0
    assert place.jeke("assign", "a.jpg", "1", code_of(Mark(1, 1, 1, 1, 1), b"x" * 32)).status == 4
    (code,) = codes_in(place, "annex-1")  # as it is typed off the sheet
    assert place.jeke("assign", "a.jpg", "1", f"{code[:8]} {code[8:15]} {code[15:].lower()}").status == 0
    assert list(back.iterdir()) == [note]
    assert place.run_once().status == 0
    assert set(filed(place)) == {"annex-1.pdf", "annex-1-scan.json"}


def test_a_scan_that_people_took_away_is_no_longer_asked_about(place: Place) -> None:
    dropped(place, "мөрмен.pdf", stamped(place))
    assert place.jeke("review").status == 1
    assert "Саны: 1. Тізімі: jeke review" in place.jeke("status").out
    assert "Адам қарайтын скандар. Саны: 1" in place.jeke("doctor", "--health").out
    shutil.rmtree(refused(place)[0])
    assert place.jeke("review").status == 0
    assert "jeke review" not in place.jeke("status").out + place.jeke("doctor", "--health").out


def test_a_layer_that_the_filed_paper_would_show_is_not_filed(place: Place) -> None:
    """Hidden while it is looked at, a layer would be seen once the page stands in a file of its own."""
    (sheet,) = signed(place, CASE, "annex-4")
    ran = dropped(place, "қабат.pdf", layered(sheet))
    assert ran.status == 1
    assert "Беттің суреті ашылмады. Скан беттері: 1" in answer(refused(place)[0])
    assert not filed(place)


def layered(sheet: Picture) -> bytes:
    with pikepdf.open(io.BytesIO(as_pdf([sheet]))) as pdf:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="L"))
        off = pikepdf.Dictionary(OFF=[layer], Order=[layer])
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=off)
        page = pdf.pages[0]
        page.obj.Resources.Properties = pikepdf.Dictionary(L=layer)
        page.contents_add(b" /OC /L BDC 0 g 60 400 300 20 re f EMC")
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_a_refusal_act_excuses_the_employees_place(place: Place) -> None:
    text = sample("recommended")
    act = "acquainted_on: 2025-10-21, "
    assert act in text
    told = 'refusal_act: {number: "2", date: 2025-10-21, witnesses: [Ли В.Н., Сәрсенов Б.Ж.]}, '
    place.drop("r.yaml", text.replace(act, told))
    assert place.run_once().status == 0
    assert dropped(place, "a.pdf", as_pdf(signed(place, CASE, "annex-4", unsigned=(1,)))).status == 0
    assert "annex-4.pdf" in filed(place)


def test_killed_anywhere_each_paper_is_filed_once(place: Place) -> None:
    data = as_pdf([*signed(place, CASE, "annex-2"), *signed(place, OTHER, "annex-4")])
    (place.folder / "inbox" / "a.pdf").write_bytes(data)
    chance = random.Random(8)
    for _ in range(KILLS):
        run = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "run", "--once"],
            cwd=place.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.5, 3.5))
        run.kill()
        run.wait()
    assert place.run_once().status == 0
    assert sorted(filed(place)) == ["annex-2-scan.json", "annex-2.pdf", "annex-4-scan.json", "annex-4.pdf"]
    assert {o.head for o in place.objects() if any("signed/" in p for p in o.state)} == {"v2"}
    assert not refused(place)
    assert list((place.folder / "state" / "work").iterdir()) == []
    assert place.jeke("verify").status == 0
