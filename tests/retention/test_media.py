"""A recording is told from anything else, and a whole one from one cut short, whatever the file does."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.confined.child import CrashedError, CutOffError, FailedError
from pipeline.confined.limits import Limit
from pipeline.domain.container_end import ends_whole
from pipeline.domain.errors import MachineError
from pipeline.retention import media, media_probe
from pipeline.retention.media import SLACK_SECONDS, Media, look_at
from tests.retention.recorded import CONTAINERS, recorded

PICTURES = {"mp4", "mkv"}


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
