"""Every address of the page. None holds a name, an IIN or a case's id (ASVS 14.2.1)."""

from __future__ import annotations

from django.urls import path

from pipeline.web.screens import files, sign_in, work

urlpatterns = [
    path("", work.work),
    path("login", sign_in.sign_in),
    path("logout", sign_in.sign_out),
    path("language", sign_in.choose_language),
    path("second-factor", sign_in.second_factor),
    path("static/<str:published>", files.static),
]

handler400 = "pipeline.web.screens.failures.wrong"
handler403 = "pipeline.web.screens.failures.refused"
handler404 = "pipeline.web.screens.failures.not_here"
handler500 = "pipeline.web.screens.failures.broken"
