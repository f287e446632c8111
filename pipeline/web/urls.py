"""Every address of the page. None holds a name, an IIN or a case's id (ASVS 14.2.1)."""

from __future__ import annotations

from django.urls import path, register_converter

from pipeline.web.addresses import Folder
from pipeline.web.screens import (
    accounts,
    audit,
    case,
    document,
    drops,
    files,
    find,
    law,
    me,
    person,
    record,
    sign_in,
    take_out,
    upload,
    work,
)

register_converter(Folder, "folder")

_CASE = "case/<uuid:key>/<folder:folder>"
_RECORD = "record/<uuid:key>"
_DOCUMENT = "doc/<slug:name>"

urlpatterns = [
    path("", work.work),
    path("login", sign_in.sign_in),
    path("logout", sign_in.sign_out),
    path("language", sign_in.choose_language),
    path("second-factor", sign_in.second_factor),
    path("find", find.find),
    path("person/<uuid:key>", person.person),
    path("case/<uuid:key>/<folder:folder>", case.case),
    path("case/<uuid:key>/<folder:folder>/changes", case.changes),
    path("record/<uuid:key>", record.record),
    path("law/<str:number>", law.paragraph),
    path("me", me.me),
    path("me/looked", me.looked),
    path("audit", audit.audit),
    path("audit/verify", audit.verify),
    path("accounts", accounts.accounts),
    path("accounts/<str:account>", accounts.account),
    path("upload", upload.upload),
    path("upload/new", upload.begin),
    path("upload/<uuid:key>", upload.piece),
    path("upload/<uuid:key>/end", upload.end),
    path("drops", drops.drops),
    path("drops/<uuid:key>", drops.drop),
    path("drops/<uuid:key>/again", drops.again),
    *(
        path(f"{record}/{address}", view)
        for record in (_CASE, _RECORD)
        for address, view in (
            ("print", take_out.print_record),
            ("take-out", take_out.take_out_record),
            (_DOCUMENT, document.document),
            (f"{_DOCUMENT}/page/<int:number>.png", document.picture),
            (f"{_DOCUMENT}/take-out", take_out.take_out),
            (f"{_DOCUMENT}/print", take_out.print_document),
        )
    ),
    path("static/<str:published>", files.static),
]

handler400 = "pipeline.web.screens.failures.wrong"
handler403 = "pipeline.web.screens.failures.refused"
handler404 = "pipeline.web.screens.failures.not_here"
handler500 = "pipeline.web.screens.failures.broken"
