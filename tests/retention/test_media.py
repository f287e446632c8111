"""A recording is told from anything else, and a whole one from one cut short, whatever the file does."""

from __future__ import annotations

import io
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.confined.child import CrashedError, CutOffError, FailedError
from pipeline.confined.limits import Limit
from pipeline.domain.container_end import ends_whole
from pipeline.domain.errors import MachineError
from pipeline.intake.kinds import DropKind, kind_of
from pipeline.retention import media, media_probe
from pipeline.retention.media import SLACK_SECONDS, Media, look_at
from tests.retention.recorded import CONTAINERS, recorded

PICTURES = {"mp4", "mkv", "webm"}


def looked_at(data: bytes) -> Media | None:
    """The same without a process of its own."""
    found = media_probe.looked_at(io.BytesIO(data))
    return media.media_of(found) if found else None


@pytest.mark.parametrize("ending", CONTAINERS)
def test_a_whole_recording(tmp_path: Path, ending: str) -> None:
    (tmp_path / "r").write_bytes(recorded(ending))
    found = look_at(tmp_path / "r")
    assert found is not None
    assert found.whole
    assert found.audio
    assert found.video == (ending in PICTURES)
    assert found.seconds == pytest.approx(2.0, abs=0.2)


@pytest.mark.parametrize("ending", CONTAINERS)
@settings(max_examples=12, deadline=None)
@example(0.999)
@example(0.5)
@given(st.floats(0.0, 0.999))
def test_cut_anywhere_it_is_not_whole(ending: str, part: float) -> None:
    data = recorded(ending)
    found = looked_at(data[: int(len(data) * part)])
    if ending == "flac" and part > 1 - (SLACK_SECONDS / 2.0) - 0.05:
        return
    assert found is None or not found.whole


@pytest.mark.parametrize("ending", ["wav", "ogg", "mp4", "mkv", "mp3"])
def test_even_the_last_byte_is_missed(ending: str) -> None:
    assert ends_whole(io.BytesIO(recorded(ending))) is True
    assert ends_whole(io.BytesIO(recorded(ending)[:-1])) is False


@pytest.mark.parametrize("flags", ["faststart", "frag_keyframe+empty_moov"])
def test_an_mp4_with_its_index_in_front_or_in_pieces(flags: str) -> None:
    data = recorded("mp4", movflags=flags)
    whole, cut = looked_at(data), looked_at(data[: len(data) * 9 // 10])
    assert whole is not None
    assert whole.whole
    assert cut is not None
    assert not cut.whole


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_wav_written_live_does_not_say_how_long_it_is(length: int) -> None:
    data = bytearray(recorded("wav"))
    at = data.index(b"data") + 4
    data[at : at + 4] = length.to_bytes(4, "little")
    assert ends_whole(io.BytesIO(data)) is None
    found = looked_at(bytes(data))
    assert found is not None
    assert found.whole
    assert found.seconds == pytest.approx(2.0, abs=0.1)


def test_an_mkv_written_live_does_not_say_either() -> None:
    found = looked_at(recorded("mkv", live="1"))
    assert found is not None
    assert found.whole
    assert ends_whole(io.BytesIO(recorded("mkv", live="1"))) is None


def test_a_long_wav_with_wide_lengths() -> None:
    data = recorded("wav", rf64="always")
    assert data.startswith(b"RF64")
    assert ends_whole(io.BytesIO(data)) is True
    assert ends_whole(io.BytesIO(data[:-100])) is False


@pytest.mark.parametrize("vbr", ["0", "1"])
def test_an_mp3_without_its_encoders_header_is_taken_as_it_plays(vbr: str) -> None:
    data = recorded("mp3", write_xing=vbr)
    found = looked_at(data)
    assert found is not None
    assert found.whole


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        bytes(100_000),
        b"plain words, again and again\n" * 5_000,
        b"%PDF-1.7\n" + bytes(9_000),
        b"RIFF\xff\xff\xff\xffWAVE",
        b"OggS" + bytes(30),
        b"\x1a\x45\xdf\xa3" + b"\xff" * 40,
        b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f",
        b"\x00\x00\x00\x01ftyp" + b"\xff" * 8,
    ],
)
def test_anything_else_is_none(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "В-2025-118.mp4").write_bytes(data)
    assert look_at(tmp_path / "В-2025-118.mp4") is None


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        [b"", b"RIFF....WAVE", b"OggS", b"\x1a\x45\xdf\xa3", b"\x00\x00\x00\x08ftyp", b"ID3", b"fLaC"]
    ),
    st.binary(max_size=400),
)
def test_no_bytes_break_the_looking(head: bytes, rest: bytes) -> None:
    file = io.BytesIO(head + rest)
    assert ends_whole(file) in (True, False, None)
    found = looked_at(head + rest)
    assert found is None or found.seconds >= 0


def test_a_playlist_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / "other.wav").write_bytes(recorded("wav"))
    listed = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{tmp_path}/other.wav\n#EXT-X-ENDLIST\n"
    concat = f"ffconcat version 1.0\nfile '{tmp_path}/other.wav'\n"
    for number, text in enumerate((listed, concat)):
        path = tmp_path / f"{number}.mp4"
        path.write_text(text)
        assert look_at(path) is None


def test_a_picture_beside_the_sound_is_no_video() -> None:
    out = io.BytesIO()
    with av.open(io.BytesIO(recorded("mp3")), "r") as source, av.open(out, "w", format="mp3") as target:
        sound = target.add_stream_from_template(source.streams.audio[0])
        cover = target.add_stream("png", rate=1)
        cover.width, cover.height, cover.pix_fmt = 16, 16, "rgb24"
        cover.disposition = av.stream.Disposition.attached_pic
        for packet in cover.encode(av.VideoFrame(16, 16, "rgb24")):
            target.mux(packet)
        for packet in source.demux(source.streams.audio[0]):
            if packet.dts is not None:
                packet.stream = sound
                target.mux(packet)
    found = looked_at(out.getvalue())
    assert found is not None
    assert (found.audio, found.video) == (True, False)


def ending(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """How a child ends is tried with real ones in tests/confined; here what becomes of it."""

    def asked(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(media, "ask_once", asked)


@pytest.mark.parametrize(
    "error",
    [
        CrashedError("status -11"),
        FailedError("KeyError"),
        CutOffError(Limit.PROCESSOR),
        CutOffError(Limit.MEMORY),
        CutOffError(Limit.ANSWER),
    ],
)
def test_what_the_libraries_cannot_stand_is_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    (tmp_path / "r").write_bytes(recorded("wav"))
    ending(monkeypatch, error)
    assert look_at(tmp_path / "r") is None


@pytest.mark.parametrize("limit", [Limit.WALL, Limit.KILLED])
def test_a_looking_that_did_not_end_says_nothing_of_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: Limit
) -> None:
    (tmp_path / "r").write_bytes(recorded("wav"))
    ending(monkeypatch, CutOffError(limit))
    with pytest.raises(MachineError) as caught:
        look_at(tmp_path / "r")
    assert caught.value.params == {"reason": limit.value}


def test_a_child_that_cannot_be_started_says_nothing_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "r").write_bytes(recorded("wav"))
    monkeypatch.setattr(media, "_MODULE", "nowhere")
    with pytest.raises(MachineError, match="recording_unchecked"):
        look_at(tmp_path / "r")


def test_neither_name_nor_path_shows_in_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "Қасымов.wav"
    path.write_bytes(recorded("wav"))
    shown: list[str] = []
    popen = subprocess.Popen

    def started(command: list[str], **more: Any) -> Any:
        shown.append(repr((command, more["env"], more["cwd"])))
        return popen(command, **more)

    monkeypatch.setattr(subprocess, "Popen", started)
    assert look_at(path) is not None
    assert "Қасымов" not in shown[0]
    assert str(tmp_path) not in shown[0]


# --- as devices make them -----------------------------------------------------------------------------------


def without_last_page(data: bytes) -> bytes:
    """The mark of the last page taken away (its checksum is left: players do not mind a wrong one)."""
    return rewritten_page(data, data.rfind(b"OggS"), flags=0)


def rewritten_page(data: bytes, at: int, *, flags: int) -> bytes:
    changed = bytearray(data)
    changed[at + 5] = flags
    size = 27 + changed[at + 26] + sum(changed[at + 27 : at + 27 + changed[at + 26]])
    changed[at + 22 : at + 26] = bytes(4)
    changed[at + 22 : at + 26] = ogg_checksum(bytes(changed[at : at + size])).to_bytes(4, "little")
    return bytes(changed)


def ogg_checksum(page: bytes) -> int:
    """RFC 3533, 6: polynomial 0x04c11db7, nothing turned round."""
    found = 0
    for byte in page:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ 0x04C11DB7 if found & 0x80000000 else found << 1) & 0xFFFFFFFF
    return found


def test_an_ogg_that_does_not_say_which_page_is_its_last() -> None:
    """Android's recorder, Telegram (chenxiaolong/BCR #922)."""
    data = without_last_page(recorded("ogg"))
    found = looked_at(data)
    assert found is not None
    assert (found.whole, found.sure) == (True, False)
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    for less in (1, 40, len(data) // 2 - data.rfind(b"OggS", 0, len(data) // 2) + 1):
        cut = looked_at(data[:-less])
        assert cut is None or not cut.whole


@pytest.mark.parametrize("seconds", [2.0, 5.0])
def test_two_recordings_in_one_ogg(seconds: float) -> None:
    data = recorded("ogg") + recorded("ogg", seconds, seed=7)
    found = looked_at(data)
    assert found is not None
    assert (found.whole, found.sure) == (True, True)
    assert found.seconds == pytest.approx(2.0 + seconds, abs=0.2)
    cut = looked_at(data[:-20])
    assert cut is None or not cut.whole


@pytest.mark.parametrize(
    "length",
    [0x80000000, 0x7FFFF000, 0x7FFFFFFF, 0x80000000 - 36, 0xFFFFFFFF, 0xFFFFFFFF - 36, 0, "file", "riff"],
)
def test_a_wav_with_a_stopgap_for_its_length(length: int | str) -> None:
    """arecord, sox; a recorder that writes the file's length (llfbandit/record #96)."""
    data = bytearray(recorded("wav"))
    at = data.index(b"data") + 4
    told = {"file": len(data), "riff": len(data) - 8}.get(str(length), length)
    data[at : at + 4] = int(told).to_bytes(4, "little")
    found = looked_at(bytes(data))
    assert found is not None
    assert (found.whole, found.sure) == (True, False)
    assert found.seconds == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("more", [1, 2, 100, 20_000, 1 << 30])
def test_a_wav_that_was_cut(more: int) -> None:
    data = bytearray(recorded("wav"))
    at = data.index(b"data") + 4
    data[at : at + 4] = (int.from_bytes(data[at : at + 4], "little") + more).to_bytes(4, "little")
    assert ends_whole(io.BytesIO(bytes(data))) is False
    found = looked_at(bytes(data))
    assert found is None or not found.whole


@pytest.mark.parametrize("flags", ["", "faststart"])
@pytest.mark.parametrize(
    "behind", [b"\0" * 3, b"\0" * 7, b"abcdefg", b"\0" * 4096, b"SEFT\x12\x34\x56\x78\0\0\0\0", b"\xff" * 100]
)
def test_bytes_behind_the_last_box(behind: bytes, flags: str) -> None:
    """A phone's own trailer (mp4-rust #127, music-metadata #319)."""
    whole = recorded("mp4", movflags=flags) if flags else recorded("mp4")
    found = looked_at(whole + behind)
    assert found is not None
    assert (found.whole, found.sure) == (True, True)
    cut = looked_at(whole[: len(whole) * 2 // 3])
    assert cut is None or not cut.whole


def test_an_mp4_in_pieces_is_cut_at_its_last_head() -> None:
    whole = recorded("mp4", movflags="frag_keyframe+empty_moov")
    assert ends_whole(io.BytesIO(whole)) is True
    assert ends_whole(io.BytesIO(whole + b"\0\0\1\0moo")) is False


@pytest.mark.parametrize("ending", ["mp4", "mkv", "m4a"])
@pytest.mark.parametrize("offset", [3.0, 100.0])
def test_times_that_begin_elsewhere(ending: str, offset: float) -> None:
    """PyAV #801, mkvtoolnix #1170: the length is of the sound."""
    found = looked_at(shifted(recorded(ending), ending, offset))
    assert found is not None
    assert found.whole
    assert found.seconds == pytest.approx(2.0, abs=0.2)


def shifted(data: bytes, ending: str, offset: float) -> bytes:
    out = io.BytesIO()
    form = {"mkv": "matroska", "m4a": "ipod"}.get(ending, ending)
    source: Any
    with av.open(io.BytesIO(data)) as source, av.open(out, "w", format=form) as target:
        streams: Any = {s.index: target.add_stream_from_template(s) for s in source.streams}
        for packet in source.demux():
            if packet.dts is None or packet.pts is None or packet.time_base is None:
                continue
            ticks = int(offset / packet.time_base)
            packet.pts, packet.dts = packet.pts + ticks, packet.dts + ticks
            packet.stream = streams[packet.stream_index]
            target.mux(packet)
    return out.getvalue()


@pytest.mark.parametrize("seconds", [3, 600])
@pytest.mark.parametrize(("ending", "titles"), [("mkv", "srt"), ("mkv", "webvtt"), ("webm", "webvtt")])
def test_subtitles_longer_than_the_sound(ending: str, titles: str, seconds: int) -> None:
    """The file says how long its longest part is; the length is of the sound, and cut sound stays cut."""
    whole = with_subtitles(recorded(ending), titles, seconds)
    found = looked_at(whole)
    assert found is not None
    assert found.whole
    assert found.seconds == pytest.approx(2.0, abs=0.2)
    cut = looked_at(whole[: len(whole) // 2])
    assert cut is None or not cut.whole


def with_subtitles(data: bytes, titles: str, seconds: int) -> bytes:
    end = f"00:{seconds // 60:02}:{seconds % 60:02}"
    lines = {
        "srt": f"1\n00:00:00,000 --> {end},000\nтитр\n",
        "webvtt": f"WEBVTT\n\n00:00:00.000 --> {end}.000\nтитр\n",
    }
    out = io.BytesIO()
    source: Any
    words: Any
    with (
        av.open(io.BytesIO(data)) as source,
        av.open(io.BytesIO(lines[titles].encode()), format=titles) as words,
        av.open(out, "w", format="matroska") as target,
    ):
        copies: Any = {
            id(one): target.add_stream_from_template(one) for one in (*source.streams, *words.streams)
        }
        for packet in (*words.demux(), *source.demux()):
            if packet.dts is not None:
                packet.stream = copies[id(packet.stream)]
                target.mux(packet)
    return out.getvalue()


def test_a_picture_alone_that_comes_unevenly() -> None:
    """PyAV #2335: six seconds, the last picture for four of them."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        video: Any = target.add_stream("mpeg4", rate=1)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        for at in (0, 1, 5):
            image = av.VideoFrame.from_ndarray(np.full((48, 64, 3), at * 40, np.uint8), format="rgb24")
            image.pts, image.time_base = at, Fraction(1, 1)
            target.mux(video.encode(image))
        target.mux(video.encode(None))
    found = looked_at(out.getvalue())
    assert found is not None
    assert (found.whole, found.video, found.audio) == (True, True, False)
    assert found.seconds == pytest.approx(6.0, abs=1.0)


AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 100
AMR_WB = b"#!AMR-WB\n" + (b"\x44" + bytes(60)) * 100


@pytest.mark.parametrize("data", [AMR, AMR_WB])
def test_amr_of_a_telephone(data: bytes) -> None:
    found = looked_at(data)
    assert found is not None
    assert (found.whole, found.sure) == (True, False)
    assert found.seconds == pytest.approx(2.0, abs=0.1)
    assert found.suffixes == (".amr",)
    cut = looked_at(data[:-7])
    assert cut is None or not cut.whole


@pytest.mark.parametrize(
    ("ending", "form", "sound"),
    [(".3gp", "3gp", "aac"), (".webm", "webm", "libopus"), (".m4b", "ipod", "aac")],
)
def test_other_containers_of_telephones(ending: str, form: str, sound: str) -> None:
    out = io.BytesIO()
    source_ending = "m4a" if sound == "aac" else "ogg"
    source: Any
    with av.open(io.BytesIO(recorded(source_ending))) as source, av.open(out, "w", format=form) as target:
        stream: Any = target.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux():
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    data = out.getvalue()
    found = looked_at(data)
    assert found is not None
    assert (found.whole, found.sure, found.audio) == (True, True, True)
    assert ending in found.suffixes
    assert kind_of(f"a{ending}") is DropKind.RECORDING
    cut = looked_at(data[:-20])
    assert cut is None or not cut.whole
