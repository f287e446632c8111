"""`--log json`: every line an event, and no line that tells who somebody is or what a paper says."""

import json
import logging
import re

import pytest

from pipeline.cli.logs import LogForm, listening, masked_name
from pipeline.messages.catalogue import Messages
from pipeline.record_format.reader import read_stream
from tests.e2e.place import SAMPLES, Place, sample


def events(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A whole run over the samples, and over what is refused with quotes from it."""
    place = Place.make(tmp_path_factory.mktemp("logs") / "place")
    for path in SAMPLES.glob("*.yaml"):
        place.drop(path.name, sample(path.stem))
    place.drop("Әбілқасов 850314390019.yaml", sample("recommended").replace("850314390019", "850314390018"))
    place.drop("Өмірзақов", "x")
    ran = place.jeke("run", "--once", "--log", "json")
    assert ran.status == 2
    return ran.err


def test_every_line_is_an_event_with_its_time(logged):
    told = events(logged)
    drops = [event for event in told if event["event"] == "drop"]
    assert {event["result"] for event in drops} == {"done", "refused"}
    assert all(re.fullmatch(r"[0-9a-f]{32}", str(event["drop"])) for event in drops)
    assert all(event["time"] and event["level"] in ("info", "warning", "error") for event in told)
    assert all(isinstance(event["seconds"], float) for event in drops)


def test_no_number_no_name_and_no_text_of_a_record_is_in_the_log(logged):
    texts = [sample(path.stem) for path in SAMPLES.glob("*.yaml")]
    iins = {iin for text in texts for iin in re.findall(r"[0-9]{12}", text)}
    names = {
        name.strip(" \"'")
        for text in texts
        for name in re.findall(r"(?:surname|given_name|patronymic): *([^,}\n#]+)", text)
    }
    words = {word for text in texts for word in re.findall(r"\w{6,}", text) if re.search(r"[Ѐ-ӿ]", word)}
    assert len(iins) >= 3
    assert len(names) > 20
    assert len(words) > 100
    logged_words = set(re.findall(r"\w+", logged))
    assert {iin for iin in iins if iin in logged} == set()
    assert names & logged_words == set()
    assert words & logged_words == set()
    assert all(read_stream(text.encode(), "x").records for text in texts), "the samples are what they were"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Қасымов.yaml", "Қ….yaml"),
        ("Қасымов.Арман", "Қ…"),
        ("850314390019.pdf", "8….pdf"),
        ("\n\u202ex.yaml", "….yaml"),
        ("\udcff.yaml", "….yaml"),
        ("", "…"),
    ],
)
def test_nobody_is_known_by_a_masked_name(name, masked):
    assert masked_name(name) == masked


def test_of_a_librarys_words_only_where_they_come_from_is_logged():
    told: list[str] = []
    kazakh = Messages
    with listening(LogForm.JSON, told.append, kazakh):
        logging.getLogger("anybodys.library").warning("Қасымов 850314390019")
        logging.getLogger("pipeline.working").error(
            "not_claimed", extra={"values": {"reason": "850314390019"}}
        )
        logging.getLogger("pipeline.working").info("not heard")
    assert [(e["level"], e["logger"], e["text"]) for e in events("\n".join(told))] == [
        ("warning", "anybodys.library", ""),
        ("error", "pipeline.working", "A file in inbox was not claimed. Reason: **********19"),
    ]
    told.clear()
    with listening(LogForm.TEXT, told.append, kazakh):
        logging.getLogger("anybodys.library").warning("Қасымов")
        logging.getLogger("pipeline.working").error(
            "not_claimed", extra={"values": {"reason": "850314390019"}}
        )
    assert told == ["inbox қалтасындағы файл қабылданбады. Себебі: **********19"]
    with listening(LogForm.TEXT, told.append, kazakh):
        pass
    logging.getLogger("pipeline.working").debug("after")
    assert len(told) == 1


def test_what_stops_a_command_is_one_event_too(tmp_path):
    place = Place.make(tmp_path / "place")
    (place.folder / "state").chmod(0o755)
    (event,) = events(place.jeke("run", "--once", "--log", "json").err)
    assert (event["level"], event["event"], event["code"], event["status"]) == (
        "error",
        "error",
        "place_open",
        5,
    )
    assert "chmod o-rwx" in str(event["text"])


def test_another_form_is_wrong_usage(tmp_path):
    place = Place.make(tmp_path / "place")
    assert place.jeke("run", "--once", "--log", "xml").status == 2
