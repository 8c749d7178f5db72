"""Receives files: streamed to the private folder as they come, never into memory, and a full disk becomes a sentence, not a fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from dancu.core.refusal import Refusal
from dancu.linkage.report.landing import refused

_FAULT = "upload_fault"


class Received(TemporaryFileUploadHandler):
    """Django's handler that writes to FILE_UPLOAD_TEMP_DIR; what the machine cannot take ends the upload and leaves no file."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._stopped(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A piece of it."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._stopped(error)

    def file_complete(self, file_size: int) -> Any:
        """All of it is here."""
        try:
            return super().file_complete(file_size)
        except OSError as error:
            return self._stopped(error)

    def _stopped(self, error: OSError) -> None:
        setattr(self.request, _FAULT, refused(error, Path("uploads")) or error)
        raise StopUpload(connection_reset=False) from None


def fault_of(request: Any) -> Refusal | None:
    """Why nothing was received, where the machine was at fault; raises what has no sentence."""
    found = getattr(request, _FAULT, None)
    if isinstance(found, OSError):
        raise found
    return found
