"""A served place and Debian's Chromium; without the browser these tests are left out, and say so."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.place import Place
from tests.web.people import PASSWORD, filled_place, with_accounts

CHROMIUM = Path("/usr/bin/chromium-headless-shell")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 640}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not CHROMIUM.exists() and not os.environ.get("JEKE_BROWSER"):
        left_out = pytest.mark.skip(reason="no browser here: `make web` installs one and runs these tests")
        for item in items:
            if "tests/browser" in str(item.path):
                item.add_marker(left_out)


@dataclass
class Served:
    """A place whose page is open, and the browser's own log of what went wrong."""

    place: Place
    address: str
    browser: Browser
    faults: list[str] = field(default_factory=list)

    def nobody(self, size: str = "wide", **options: object) -> Page:
        """A page in a browser of its own."""
        context = self.browser.new_context(viewport=SIZES[size], **options)  # type: ignore[arg-type]
        return self._watched(context)

    def signed_in(self, name: str, size: str = "wide", **options: object) -> Page:
        """The same, after signing in as that account."""
        page = self.nobody(size, **options)
        page.goto(f"{self.address}/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("main button")
        page.wait_for_load_state()
        if page.url.endswith("/second-factor"):
            page.fill("#code", one_time_code(name))
            page.click("main button")
            page.wait_for_load_state()
        assert page.url == f"{self.address}/", page.inner_text("main")
        return page

    def _watched(self, context: BrowserContext) -> Page:
        page = context.new_page()
        page.on("console", lambda message: self.faults.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self._own(request.url))
        return page

    def _own(self, url: str) -> None:
        if not url.startswith((f"{self.address}/", "data:", "blob:")):
            self.faults.append(f"foreign request: {url}")


def one_time_code(name: str) -> str:
    from tests.web.conftest import code_of

    return code_of(name)


def served_at(place: Place) -> tuple[subprocess.Popen[bytes], str]:
    """The page of that place, served by gunicorn as users have it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "pipeline", "serve", f"--bind=127.0.0.1:{port}", "--workers=1"]
    server = subprocess.Popen(command, cwd=place.folder, stderr=(place.folder / "serve.log").open("wb"))
    address = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/login", timeout=5).close()  # noqa: S310  # our own server
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            assert server.poll() is None, (place.folder / "serve.log").read_text()
            time.sleep(0.1)
        else:
            return server, address
    server.kill()
    raise AssertionError((place.folder / "serve.log").read_text())


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """With the samples filed, and an account a role; made before Playwright's event loop runs."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    place = filled_place(tmp_path_factory.mktemp("served") / "place")
    for made in with_accounts(place):
        _confirm_telephone(made)
    return place


@pytest.fixture(scope="session")
def site(filled: Place) -> Iterator[Served]:
    """Its page, served, and the browser."""
    server, address = served_at(filled)
    arguments = ["--no-sandbox", "--disable-background-networking", "--disable-gpu"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=arguments)
        yield Served(filled, address, browser)
        browser.close()
    server.terminate()
    server.wait(20)


def _confirm_telephone(account: object) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.create(user=account, name="page", confirmed=True)


@pytest.fixture
def served(site: Served) -> Iterator[Served]:
    """The same; whatever the browser complained of fails the test."""
    site.faults.clear()
    yield site
    assert site.faults == []


def axe_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, each with its place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    return [
        f"{fault['id']}: {node['html'][:160]} ({fault['help']})"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wide
