"""Papers taken out and printed: told to the audit chain before the first byte leaves."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import IO
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST

from pipeline.archive.audit.log import AuditEvent
from pipeline.archive.index.scope import seen_cases_of, sees
from pipeline.archive.ocfl.storage_root import StorageRoot
from pipeline.domain.records import Kind, Ref
from pipeline.flow.lookup.papers import (
    Wanted,
    everything_of,
    files_of,
    invitations_to,
    papers_of,
    pieces,
    told_of,
)
from pipeline.flow.site.workplace import Workplace
from pipeline.web import site, telling
from pipeline.web.access import account_of, scope_of, screen
from pipeline.web.accounts.roles import Act
from pipeline.web.files import printing
from pipeline.web.files.attachment import attachment
from pipeline.web.pages.words import messages_for
from pipeline.web.screens.asked import document_asked, record_asked
from pipeline.web.screens.document import RENDITION, rendition_asked

DUPLEX = "duplex"
FILE = "file"
INVITATIONS = "papers"
"""What is printed of a sitting: "invitations", or all papers of its own."""


@screen(Act.TAKE_OUT)
@require_POST
def take_out(request: HttpRequest, key: UUID, name: str, folder: str = "") -> HttpResponseBase:
    """One file of a document: the paper as signed or as made, or a proof by its name."""
    with site.opened() as place:
        filed = document_asked(request, place.index, key, folder, name)
        wanted = _file_asked(files_of(filed), request.POST.get(FILE, ""))
        file = _copied(place.root, wanted)
        _tell(request, AuditEvent.TAKE_OUT, [wanted])
        return attachment(file, wanted.name, messages_for(request).word("title", wanted.title))


@screen(Act.TAKE_OUT)
@require_POST
def take_out_record(request: HttpRequest, key: UUID, folder: str = "") -> HttpResponseBase:
    """Every file of a record's folder, as `jeke get --all`, in one ZIP.

    The files of a personal file that belong to no case come along for those who see all of its cases.
    """
    say = messages_for(request)
    with site.opened() as place:
        ref = record_asked(request, place.index, key, folder)
        alone = ref.kind is Kind.CASE and not _sees_all_cases(request, place, ref)
        wanted = tuple(everything_of(place.root, place.index, ref, folder_alone=alone))
        if not wanted:
            raise Http404
        file = _zipped(place.root, wanted)
        _tell(request, AuditEvent.TAKE_OUT, wanted)
        return attachment(
            file, f"{ref.kind.value}.zip", say.text("page.document.all_of", kind=ref.kind.value)
        )


@screen(Act.TAKE_OUT)
@require_POST
def print_document(request: HttpRequest, key: UUID, name: str, folder: str = "") -> HttpResponseBase:
    """One paper for the printer."""
    with site.opened() as place:
        filed = document_asked(request, place.index, key, folder, name)
        wanted = rendition_asked(files_of(filed), request.POST.get(RENDITION, ""))
    return _printed(request, [wanted], wanted.title, whole=False)


@screen(Act.TAKE_OUT)
@require_POST
def print_record(request: HttpRequest, key: UUID, folder: str = "") -> HttpResponseBase:
    """All papers of a record, a case's below their inventory; of a sitting its invitations, if asked."""
    say = messages_for(request)
    with site.opened() as place:
        ref = record_asked(request, place.index, key, folder)
        if request.POST.get(INVITATIONS) == "invitations" and ref.kind is Kind.SITTING:
            wanted = _seen(request, place, invitations_to(place, ref))
            title = say.text("page.document.invitations")
        else:
            wanted = papers_of(place.index, ref, None)
            title = say.text("page.document.all_of", kind=ref.kind.value)
    if not wanted:
        raise Http404
    return _printed(request, wanted, title, whole=True)


def _printed(request: HttpRequest, wanted: Sequence[Wanted], title: str, *, whole: bool) -> HttpResponseBase:
    """Put together first: what fails leaves nothing, and is told of as nothing printed."""
    file = printing.merged(wanted, whole=whole, duplex=bool(request.POST.get(DUPLEX)))
    _tell(request, AuditEvent.PRINT, wanted)
    name = wanted[0].name if len(wanted) == 1 else "papers.pdf"
    return attachment(file, name, messages_for(request).word("title", title))


def _tell(request: HttpRequest, event: AuditEvent, wanted: Sequence[Wanted]) -> None:
    telling.tell(request, event, dict.fromkeys(w.object_id for w in wanted), **told_of(wanted))


def _seen(request: HttpRequest, place: Workplace, wanted: Iterable[Wanted]) -> list[Wanted]:
    """Those of cases that the account sees: nobody prints a paper of their own file."""
    scope = scope_of(account_of(request))
    return [w for w in wanted if w.record is not None and sees(place.index, scope, w.record)]


def _sees_all_cases(request: HttpRequest, place: Workplace, case: Ref) -> bool:
    object_id = place.index.object_of(case) or ""
    seen = seen_cases_of(place.index, scope_of(account_of(request)), object_id)
    return len(seen) == len(place.index.refs_of(object_id))


def _file_asked(files: Sequence[Wanted], asked: str) -> Wanted:
    """By its place among the document's files; without one, the paper as signed, else as made.

    Raises:
        Http404: there is no such file.
    """
    if not asked:
        return rendition_asked(tuple(files), "")
    if not (asked.isascii() and asked.isdigit() and int(asked) < len(files)):
        raise Http404
    return files[int(asked)]


def _copied(root: StorageRoot, wanted: Wanted) -> IO[bytes]:
    """The file's bytes, whole and verified, in a file that nobody else sees.

    Raises:
        CorruptError, MachineError, NotFoundError: as `pieces`.
    """
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # whoever answers with it closes it
    try:
        file.writelines(pieces(root, wanted))
    except BaseException:
        file.close()
        raise
    return file


def _zipped(root: StorageRoot, wanted: Sequence[Wanted]) -> IO[bytes]:
    """The same of many, each under its filed path.

    Raises:
        CorruptError, MachineError, NotFoundError: as `pieces`.
    """
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # as above
    try:
        with zipfile.ZipFile(file, "w") as packed:
            for each in wanted:
                with packed.open(each.name, "w", force_zip64=True) as entry:
                    for piece in pieces(root, each):
                        entry.write(piece)
    except BaseException:
        file.close()
        raise
    return file
