"""Our own style sheet, script and typeface."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pipeline.web.access import screen
from pipeline.web.pages.assets import asset


@screen(None)
@require_safe
def static(_request: HttpRequest, published: str) -> HttpResponse:
    """One file, kept by browsers as long as they like: another content has another name."""
    found = asset(published)
    if found is None:
        raise Http404
    response = HttpResponse(found.data, content_type=found.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
