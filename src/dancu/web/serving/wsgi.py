"""The application a WSGI server runs: our own files by whitenoise, everything else by Django."""

from __future__ import annotations

import logging
import sys
from importlib.resources import files
from typing import Any

from whitenoise import WhiteNoise

_KEEP_S = 365 * 86_400


def build() -> Any:
    """The application of this installation, as its environment says."""
    from django.core.handlers.wsgi import WSGIHandler

    from dancu.kit.database import open_database
    from dancu.kit.settings import Settings
    from dancu.web import project

    settings = Settings.read()
    project.stand(settings, open_database(settings))
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(message)s")
    # A line a request is ours; what the queue says of itself belongs to its worker.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    return with_files(WSGIHandler())


def with_files(application: Any) -> Any:
    """An application with our static files before it; an address with a digest may be kept for good."""
    served = WhiteNoise(application, max_age=_KEEP_S, add_headers_function=_headers, allow_all_origins=False)
    served.add_files(str(files("dancu.web") / "static" / "web"), prefix="static/web/")
    served.add_files(str(files("django_htmx") / "static" / "django_htmx"), prefix="static/django_htmx/")
    return served


def _headers(headers: Any, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
