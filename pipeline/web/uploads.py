"""Files on their way in: streamed into inbox/ under hidden names, and renamed when the last byte is there."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload


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
