"""Template tags and what every page is given: texts out of our catalogues, days, static files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html

from pipeline.domain.iin import mask_iin
from pipeline.messages import drop_words
from pipeline.messages.catalogue import Language, Messages
from pipeline.messages.lines import paragraph_words
from pipeline.web.pages.assets import address_of

register = template.Library()

_LANGUAGES: Final = {Language.KK: "Қазақша", Language.RU: "Русский", Language.EN: "English"}
"""Each called in its own."""

LANGUAGE = "language"
"""In the session of somebody who has not signed in."""


def messages_for(request: HttpRequest) -> Messages:
    """In the account's language, else in that chosen before signing in, else in Kazakh."""
    account = getattr(request, "user", None)
    if account is not None and account.is_authenticated:
        return Messages(Language(account.language))
    chosen = request.session.get(LANGUAGE) if hasattr(request, "session") else None
    return Messages(Language(chosen) if chosen in tuple(Language) else Language.KK)


def page(request: HttpRequest) -> dict[str, object]:
    """What every template may use."""
    account = getattr(request, "user", None)
    signed_in = account is not None and account.is_authenticated
    return {
        "say": messages_for(request),
        "account": account if signed_in else None,
        "may": {act.name.lower() for act in account.acts} if signed_in and account else set(),
        "languages": tuple(_LANGUAGES.items()),
    }


@register.simple_tag(takes_context=True)
def say(context: Context, key: str, **params: Any) -> str:
    """The text of that id."""
    return _messages(context).text(key, **params)


@register.simple_tag(takes_context=True)
def word(context: Context, vocabulary: str, value: object) -> str:
    """A word of a closed set."""
    return _messages(context).word(vocabulary, str(value))


@register.simple_tag(takes_context=True)
def paragraph(context: Context, number: str) -> str:
    """A paragraph of the order as people say it, with a link to its text."""
    words = paragraph_words(number, _messages(context))
    if not words:
        return ""
    return format_html('<a class="law" href="/law/{}">{}</a>', number, words)


@register.filter
def day(value: date | datetime | None) -> str:
    """16.10.2025."""
    return "—" if value is None else f"{value:%d.%m}.{value.year:04d}"


@register.filter
def moment(value: datetime) -> str:
    """16.10.2025 14:05, on this machine's clock."""
    return f"{value.astimezone():%d.%m.%Y %H:%M}"


@register.filter
def masked(value: str) -> str:
    """Without the IINs in it."""
    return mask_iin(value)


@register.filter
def shown(value: str) -> str:
    """A file's name: signs that cannot be seen become `_`, IINs are masked."""
    return drop_words.shown(value)


@register.simple_tag
def static(name: str) -> str:
    """The address of one of our own files, by its content."""
    return address_of(name)


def _messages(context: Context) -> Messages:
    found: Messages = context["say"]
    return found
