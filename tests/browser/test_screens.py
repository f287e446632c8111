"""Every screen, wide and narrow, in three languages: readable, within the window, without a foreign request."""

import pytest
from playwright.sync_api import Page

from .conftest import axe_faults, overflow

LANGUAGES = ("kk", "ru", "en")
SCREENS = {"hr": ["/", "/?task=due", "/?task=to-sign"], "auditor": ["/"], "admin": ["/"]}
CASES = [(role, path) for role, paths in SCREENS.items() for path in paths]


def speak(page: Page, language: str) -> None:
    page.click(f"button[name=language][value={language}]")
    page.wait_for_load_state()
    assert page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_signing_in(served, size, language):
    page = served.nobody(size)
    page.goto(f"{served.address}/login")
    speak(page, language)
    assert axe_faults(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("role", SCREENS)
def test_screens(served, role, size):
    page = served.signed_in(role, size)
    for language in LANGUAGES:
        speak(page, language)
        for path in SCREENS[role]:
            page.goto(f"{served.address}{path}")
            assert axe_faults(page) == [], (path, language)
            assert overflow(page) <= 0, (path, language)
    speak(page, "kk")


def test_without_scripts_signing_in_works_too(served):
    page = served.signed_in("hr", java_script_enabled=False)
    assert "Жұмыс тізімі" in page.inner_text("h1")
