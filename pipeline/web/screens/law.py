"""A paragraph of the order: its words, how it is read here, what is checked and which terms it sets."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pipeline.law.explaining.explain import explain
from pipeline.law.explaining.languages import in_language
from pipeline.web.access import screen
from pipeline.web.accounts.roles import Act
from pipeline.web.pages.words import messages_for

_LONGEST: Final = 60


@screen(Act.OWN)
@require_safe
def paragraph(request: HttpRequest, number: str) -> HttpResponse:
    """As `jeke explain` tells it."""
    say = messages_for(request)
    told = explain(number) if len(number) <= _LONGEST else None
    if told is None:
        raise Http404
    told = in_language(told, say.language, lambda code: say.text(f"deadline.{code}"))
    return render(request, "law.html", {"told": told})
