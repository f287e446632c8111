"""Handing in with a real browser, with and without scripts, into a place that a running watch works."""

import http.client
import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.place import sample

from .conftest import Served, axe_faults, overflow, served_at

LANGUAGES = ("kk", "ru", "en")
LONG = "Өтегенов Дәурен Қайратұлының аттестаттау ісіне қатысты барлық жазбалар мен қосымшалар"


@pytest.fixture
def watch(served: Served) -> Iterator[None]:
    """`jeke run`, as the service does."""
    log = (served.place.folder / "watch.log").open("wb")
    running = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run"], cwd=served.place.folder, stdout=log, stderr=log
    )
    yield
    running.send_signal(signal.SIGTERM)
    running.wait(60)


def ended(page: Page, name: str) -> str:
    """Looks at the file's ticket until it is over; the words of the page."""
    for _ in range(240):
        page.get_by_role("link", name=name).first.click()
        page.wait_for_load_state()
        text = page.inner_text("main")
        if not re.search("Кезекте тұр|Алынып жатыр|Тексеріліп жатыр", text):
            return text
        page.go_back()
        page.reload()
        time.sleep(0.25)
    raise AssertionError(text)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_record_handed_in_is_filed_by_the_watch_and_answered_on_the_page(served, watch, tmp_path, scripts):
    page = served.signed_in("hr", java_script_enabled=scripts)
    name = f"үлгі-{uuid.uuid4().hex[:6]}.yaml"
    (tmp_path / name).write_text(sample("recommended") + f"\n# {name}\n", encoding="utf-8")
    page.goto(f"{served.address}/drops")
    page.set_input_files("#files", tmp_path / name)
    page.click("#upload button")
    if scripts:
        expect(page.locator(".uploads")).to_contain_text(f"{name}: тапсырылды")
        page.reload()
    text = ended(page, name)
    assert "Тіркелді" in text or "Бұрын тіркелген" in text
    assert "Файл: " + name in text


def test_a_refused_record_is_put_right_on_the_page(served, watch, tmp_path):
    page = served.signed_in("hr")
    name = f"қате-{uuid.uuid4().hex[:6]}.yaml"
    (tmp_path / name).write_text("kind: casee\n", encoding="utf-8")
    page.goto(f"{served.address}/drops")
    page.set_input_files("#files", tmp_path / name)
    page.click("#upload button")
    expect(page.locator(".uploads")).to_contain_text(f"{name}: тапсырылды")
    page.reload()
    assert "Қабылданбады" in ended(page, name)
    looks_well(page)
    page.get_by_role("link", name="Ашып, түзетіп").click()
    looks_well(page)
    page.fill("#text", sample("refused") + f"\n# {name}\n")
    page.click("main button")
    page.wait_for_load_state()
    for _ in range(240):
        if re.search("Тіркелді|Бұрын тіркелген", page.inner_text("main")):
            break
        time.sleep(0.25)
        page.reload()
    else:
        raise AssertionError(page.inner_text("main"))


def looks_well(page: Page) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert axe_faults(page) == []
        assert overflow(page) <= 0
        if folder := os.environ.get("JEKE_PICTURES"):
            page.screenshot(path=f"{folder}/{time.time_ns()}-{width}.png", full_page=True)


def test_files_are_dragged_in(served):
    page = served.signed_in("hr")
    page.goto(f"{served.address}/drops")
    name = f"скан-{uuid.uuid4().hex[:6]}.pdf"
    carried = page.evaluate_handle(
        "name => { const d = new DataTransfer();"
        " d.items.add(new File(['%PDF-1.7'], name)); d.items.add(new File(['MZ'], 'a.exe')); return d }",
        name,
    )
    page.dispatch_event("#upload", "drop", {"dataTransfer": carried})
    expect(page.locator(".uploads")).to_contain_text(f"{name}: тапсырылды")
    expect(page.locator(".uploads")).to_contain_text("Мұндай файл қабылданбайды: a.exe")
    assert (served.place.folder / "inbox" / name).read_bytes() == b"%PDF-1.7"
    (served.place.folder / "inbox" / name).unlink()
    served.faults[:] = [each for each in served.faults if "422" not in each]


def test_a_broken_line_is_mended_and_nothing_is_sent_twice(served, tmp_path):
    page = served.signed_in("hr")
    page.goto(f"{served.address}/drops")
    data = os.urandom(20 * 2**20)
    (tmp_path / "a.mp3").write_bytes(data)
    sent = []

    def breaks(route, request):
        sent.append(request.url)
        if len(sent) in (2, 3):
            route.abort()
        else:
            route.continue_()

    page.route("**/upload/*?offset=*", breaks)
    page.set_input_files("#files", tmp_path / "a.mp3")
    page.click("#upload button")
    expect(page.locator(".uploads")).to_contain_text("a.mp3: тапсырылды", timeout=60_000)
    laid = served.place.folder / "inbox" / "a.mp3"
    assert laid.read_bytes() == data
    assert [int(url.rpartition("=")[2]) // 2**20 for url in sent] == [0, 8, 8, 8, 16]
    laid.unlink()
    served.faults[:] = [each for each in served.faults if "ERR_FAILED" not in each]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screens_look_well(served, tmp_path, language):
    page = served.signed_in("hr")
    page.click(f"button[name=language][value={language}]")
    page.goto(f"{served.address}/upload")
    looks_well(page)
    (tmp_path / f"{LONG}.pdf").write_bytes(b"%PDF-1.7")
    page.set_input_files("#files", tmp_path / f"{LONG}.pdf")
    page.click("#upload button")
    expect(page.locator(".uploads .notice")).to_be_visible()
    looks_well(page)
    page.goto(f"{served.address}/drops")
    looks_well(page)
    page.get_by_role("link", name="Өтегенов").first.click()
    page.wait_for_load_state()
    looks_well(page)
    page.click("button[name=language][value=kk]")
    for path in (served.place.folder / "inbox").glob("Өтегенов*"):
        path.unlink()


# --- the worker itself ------------------------------------------------------------------------------------


class Line:
    """A signed-in browser without a browser: bytes as they are."""

    def __init__(self, served: Served, address: str) -> None:
        page = served.signed_in("hr")
        page.goto(f"{served.address}/upload")
        self.token = page.input_value("#upload [name=csrfmiddlewaretoken]")
        self.cookies = "; ".join(f"{c['name']}={c['value']}" for c in page.context.cookies())
        self.at(address)
        page.context.close()

    def at(self, address: str) -> None:
        self.host, self.origin = urlsplit(address).netloc, address

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        line = http.client.HTTPConnection(self.host, timeout=300)
        own = {"Cookie": self.cookies, "Origin": self.origin, "X-CSRFToken": self.token}
        line.request(method, path, body, {**own, **headers})  # type: ignore[arg-type]
        answer = line.getresponse()
        text = answer.read().decode()
        line.close()
        return answer.status, text

    def begin(self, name: str, size: int) -> str:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, text = self.ask("POST", "/upload/new", f"name={name}&size={size}&modified=1", **form)
        assert status == 201, text
        return text.partition('"at": "')[2].partition('"')[0]

    def form(self, name: str, size: int) -> tuple[int, str]:
        """A form of one file of so many null bytes."""
        edge = b"------edge"
        head = (
            edge
            + b'\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
            + self.token.encode()
            + b"\r\n"
            + edge
            + f'\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'.encode()
        )
        tail = b"\r\n" + edge + b"--\r\n"

        def pieces() -> Iterator[bytes]:
            yield head
            block = bytes(2**20)
            for _ in range(size // 2**20):
                yield block
            yield tail

        kind = f"multipart/form-data; boundary={edge.decode()[2:]}"
        length = str(len(head) + size + len(tail))
        return self.ask("POST", "/upload", pieces(), **{"Content-Type": kind, "Content-Length": length})


def memory_mib(server: int) -> dict[int, int]:
    """Peak memory (VmHWM) of each worker of that server."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
    peaks = {}
    for child in map(int, children):
        status = Path(f"/proc/{child}/status").read_text(encoding="ascii")
        peaks[child] = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]
    return peaks


def test_gigabytes_do_not_grow_the_worker(served):
    server, address = served_at(served.place)
    try:
        line = Line(served, address)
        assert line.ask("GET", "/drops")[0] == 200
        before = memory_mib(server.pid)
        refused, text = line.form("a.yaml", 5 * 2**30)
        assert (refused, "тым көп жіберілді" in text) == (422, True)
        assert line.form("b.mp4", 300 * 2**20)[0] == 302
        at, block = line.begin("c.mp4", 304 * 2**20), bytes(8 * 2**20)
        for offset in range(0, 304 * 2**20, len(block)):
            kind = {"Content-Type": "application/octet-stream"}
            status, text = line.ask("POST", f"{at}?offset={offset}", block, **kind)
        assert (status, "ticket" in text) == (201, True)
        after = memory_mib(server.pid)
    finally:
        server.terminate()
        server.wait(20)
    inbox = served.place.folder / "inbox"
    assert {name: (inbox / name).stat().st_size // 2**20 for name in ("b.mp4", "c.mp4")} == {
        "b.mp4": 300,
        "c.mp4": 304,
    }
    for name in ("b.mp4", "c.mp4"):
        (inbox / name).unlink()
    print(f"peak of the worker: {before} MiB before, {after} MiB behind")  # noqa: T201  # the measured figure
    assert max(after.values()) - max(before.values()) < 24


def test_a_server_killed_between_pieces_goes_on_where_it_was(served):
    server, address = served_at(served.place)
    line, kind = Line(served, address), {"Content-Type": "application/octet-stream"}
    at = line.begin("d.mp3", 100_000)
    assert line.ask("POST", f"{at}?offset=0", b"a" * 60_000, **kind)[0] == 200
    workers = list(memory_mib(server.pid))
    server.kill()
    for worker in workers:
        os.kill(worker, signal.SIGKILL)
    server.wait(20)
    server, address = served_at(served.place)
    try:
        line.at(address)
        assert '"offset": 60000' in line.ask("GET", at)[1]
        assert line.ask("POST", f"{at}?offset=60000", b"b" * 40_000, **kind)[0] == 201
    finally:
        server.terminate()
        server.wait(20)
    laid = served.place.folder / "inbox" / "d.mp3"
    assert laid.read_bytes() == b"a" * 60_000 + b"b" * 40_000
    laid.unlink()
