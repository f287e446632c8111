"""Every screen, wide and narrow, in three languages: readable, within the window, without a foreign request."""

import pytest
from playwright.sync_api import Page

from pipeline.domain.records import Kind
from pipeline.web.addresses import record_address
from tests.web.conftest import index_of

from .conftest import axe_faults, overflow

LANGUAGES = ("kk", "ru", "en")
SCREENS = {
    "hr": ["/", "/?task=due", "/?task=to-sign", "/drops", "/upload", "/find", "/law/14"],
    "auditor": ["/", "/audit", "/me", "/me/looked"],
    "admin": ["/", "/accounts", "/accounts/hr", "/accounts/admin"],
}
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


def _well_made(page: Page, what: str) -> None:
    assert axe_faults(page) == [], what
    assert overflow(page) <= 0, what


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_a_name_to_the_law(served, size, language):
    """Search, person, case, what changed, campaign, paragraph: each as people come to it."""
    page = served.signed_in("archivist", size)
    speak(page, language)
    page.goto(f"{served.address}/find")
    page.fill("#words", "құрманғалиева")
    page.press("#words", "Enter")
    page.wait_for_load_state()
    _well_made(page, "found")
    page.click(".hit h3 a")
    _well_made(page, "person")
    page.click("main table a")
    _well_made(page, "case")
    address = page.url
    for link in ("a.law", "main a[href^='/record/']"):
        page.goto(address)
        page.click(link)
        page.wait_for_load_state()
        _well_made(page, link)
    page.goto(f"{address}/changes")
    _well_made(page, "changes")
    speak(page, "kk")


def test_search_as_one_types_by_keyboard_alone(served):
    page = served.signed_in("hr")
    page.goto(f"{served.address}/find")
    page.keyboard.type("құрман")
    page.wait_for_selector(".hit h3 a")
    assert "Құрманғалиева" in page.inner_text("#found")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.hit') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/person/*")


def test_number_fields_say_so_where_the_kazakh_digit_row_types_letters(served):
    page = served.signed_in("admin")
    page.goto(f"{served.address}/accounts")
    page.fill("#iin", "8503143900і9")
    assert "тек цифр" in page.inner_text("#iin + .notice")
    assert page.input_value("#iin") == "8503143900і9"
    page.fill("#iin", "850314390019")
    assert not page.is_visible("#iin + .notice")


@pytest.mark.parametrize("size", ["wide", "narrow"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_and_what_is_printed_of_it(served, size, language):
    page = served.signed_in("hr", size)
    speak(page, language)
    with index_of(served.place) as index:
        sitting = index.refs(Kind.SITTING)[0]
        location = index.record(sitting)
        assert location is not None
        address = record_address(location.object_id, location.path)
    for path in (address, f"{address}/doc/protocol", f"{address}/doc/annex-3-01"):
        page.goto(f"{served.address}{path}")
        page.wait_for_load_state("networkidle")
        _well_made(page, path)
    widths = page.evaluate("[...document.querySelectorAll('.leaf img')].map(each => each.naturalWidth)")
    assert widths
    assert min(widths) > 800
    with page.expect_download() as taken:
        page.click("form[action$='/take-out'] button")
    assert taken.value.suggested_filename.endswith(".pdf")
    speak(page, "kk")
