"""Timestamps (RFC 3161) from the authority that config.yaml names; where it names none, none is asked."""

from __future__ import annotations

import asyncio
import urllib.request
from typing import Any, Final

from asn1crypto import tsp
from pyhanko.sign.timestamps import TimeStamper

from pipeline.domain.errors import MachineError

SECONDS: Final = 15.0
LARGEST: Final = 1 << 20


class HttpTimeStamper(TimeStamper):
    """Asks an authority of the closed network by HTTP."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's, without annotations
        self._url = url

    async def async_request_tsa_response(self, req: Any) -> Any:
        """As the library asks for it.

        Raises:
            MachineError: `timestamp`, the authority cannot be reached or answers something else.
        """
        try:
            answer = await asyncio.to_thread(self._ask, req.dump())
            return tsp.TimeStampResp.load(answer, strict=True)
        except (OSError, ValueError) as error:
            raise MachineError("timestamp", why=type(error).__name__) from error

    def _ask(self, question: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310  # the address is the administrator's
            self._url, data=question, headers={"Content-Type": "application/timestamp-query"}
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310  # as above
            data: bytes = answer.read(LARGEST)
            return data
