"""A real browser for pages: Debian's chromium driven by Playwright, on a server like the one `dancu serve` starts.

`chromium()` gives its path, or skips with the reason. Where this is root and apt works, it is installed the first time.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

PATHS = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_APT_TIMEOUT_S = 240
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage", "--force-color-profile=srgb")


@functools.cache
def found() -> tuple[str, str]:
    """(path of a chromium, '') or ('', why there is none)."""
    for path in PATHS:
        if os.access(path, os.X_OK):
            return path, ""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return "", "no chromium, and this is not root on a system with apt-get"
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        try:
            subprocess.run(
                command, check=True, capture_output=True, timeout=_APT_TIMEOUT_S, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            )
        except (OSError, subprocess.SubprocessError):
            return "", "no chromium, and apt-get could not install it"
    return (PATHS[0], "") if os.access(PATHS[0], os.X_OK) else ("", "no chromium after apt-get")


def chromium() -> str:
    """The path of a chromium; skips the test, with the reason printed, where there is none."""
    path, why = found()
    if not path:
        pytest.skip(f"browser: {why}")
    return path


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def live() -> Iterator[str]:
    """The pages of this process on a port of loopback, with their static files; gives the address."""
    from django.core.handlers.wsgi import WSGIHandler

    from dancu.web.serving.wsgi import with_files

    with make_server("127.0.0.1", 0, with_files(WSGIHandler()), _Threads, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(10)


@contextmanager
def browser() -> Iterator[Any]:
    """A browser of Playwright."""
    path = chromium()
    # Playwright keeps a loop running in this thread, in which Django refuses to work unless told that nobody else works in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield made
        finally:
            made.close()
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def sign_in(page: Any, address: str, login: Any, code: str) -> None:
    """Sign in through both steps, by keyboard alone."""
    page.goto(f"{address}/dang-nhap/")
    page.focus("#f-login")
    page.keyboard.type(login.login)
    page.keyboard.press("Tab")
    page.keyboard.type(login.password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/ma-xac-thuc/")
    page.focus("#f-code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/")
