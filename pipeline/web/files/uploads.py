"""Files in forms: refused everywhere but where files are handed in, and there streamed into inbox/."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from pipeline.domain.errors import RefusedError
from pipeline.intake.kinds import kind_of
from pipeline.intake.uploads import LIMITS, MIB, Arriving, plain_name, require_size
from pipeline.web.access import account_of
from pipeline.web.accounts.models import Upload
from pipeline.web.files import handing_in

FORM_LIMIT: Final = 2 * 1024 * MIB
"""Of all files sent by one form. Larger ones come in pieces, by the script of the page."""


class RefuseUnasked(FileUploadHandler):
    """No screen takes files but that of handing in, which brings its own handler."""

    def new_file(self, *_args: Any, **_more: Any) -> None:
        """Ends the upload."""
        raise StopUpload(connection_reset=True)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002  # Django's signature
        """Nothing is kept."""
        return None

    def file_complete(self, file_size: int) -> None:
        """Nothing came."""


class IntoInbox(FileUploadHandler):
    """Writes each file of a form into inbox/ under a hidden name, while it comes.

    Attributes:
        arrived: those that came whole; not named yet.
        refused: why each of the others was not taken. Of those nothing is kept.
    """

    chunk_size = MIB

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.arrived: list[Upload] = []
        self.refused: list[RefusedError] = []
        self._account = account_of(request)
        self._coming: tuple[Upload, Arriving] | None = None
        self._to_reserve = 0

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002  # Django's signature
        META: Any,  # noqa: ARG002, N803
        content_length: int,
        boundary: Any,  # noqa: ARG002
        encoding: Any = None,  # noqa: ARG002
    ) -> None:
        """How much all files together may be is known before the first byte."""
        self._to_reserve = content_length

    def new_file(self, field_name: str, file_name: str, *args: Any, **more: Any) -> None:
        """A file begins. What stops it is told, and the rest of the form read into nothing."""
        super().new_file(field_name, file_name, *args, **more)
        try:
            upload = self._room_for(file_name)
        except RefusedError as error:
            self.refused.append(error)
            raise (
                SkipFile() if error.code == "upload_kind" else StopUpload(connection_reset=False)
            ) from None
        self._to_reserve = 0
        arriving = handing_in.arriving(upload.key)
        self._coming = upload, arriving
        arriving.begin()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """What does not fit its kind is refused as soon as that is seen."""
        assert self._coming is not None  # noqa: S101  # Django began it
        upload, arriving = self._coming
        try:
            if start + len(raw_data) > LIMITS[kind_of(upload.name)]:
                require_size(upload.name, start + len(raw_data))
            arriving.append(start, (raw_data,), start + len(raw_data), sync=False)
        except RefusedError as error:
            self._give_up(error)
            raise SkipFile from None

    def file_complete(self, file_size: int) -> None:
        """It has come whole."""
        assert self._coming is not None  # noqa: S101  # as above
        upload, _ = self._coming
        try:
            require_size(upload.name, file_size)
        except RefusedError as error:
            self._give_up(error)
            return
        self._coming = None
        self.arrived.append(upload)

    def forget(self) -> None:
        """Whatever was not named goes: the form was another's, or the line broke."""
        coming = [self._coming[0]] if self._coming else []
        for upload in (*coming, *self.arrived):
            if upload.pk is not None:
                handing_in.given_up(upload)

    def _room_for(self, file_name: str) -> Upload:
        if self._to_reserve > FORM_LIMIT:
            raise RefusedError("upload_form_too_large", limit_mib=FORM_LIMIT // MIB)
        return handing_in.reserved(self._account, uuid4(), plain_name(file_name), self._to_reserve)

    def _give_up(self, error: RefusedError) -> None:
        assert self._coming is not None  # noqa: S101  # as above
        upload, self._coming = self._coming[0], None
        self.refused.append(error)
        self._to_reserve = upload.size
        handing_in.given_up(upload)
