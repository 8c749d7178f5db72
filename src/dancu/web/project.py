"""The Django project of the pages: its settings made from ours, in one place."""

from __future__ import annotations

import logging
from importlib.resources import files
from typing import Any

from dancu.kit import project, roles
from dancu.kit.database import Database
from dancu.kit.settings import Settings
from dancu.web.keys import Keys

APPS = (
    "dancu.register", "dancu.quality", "django.contrib.sessions", "procrastinate.contrib.django", "django_htmx", "dancu.web",
)  # fmt: skip
# A thread keeps its connection between requests for so long.
_KEEP_S = 300
# Whatever somebody does, a day at the desk ends (`accounts.session`).
WHOLE_S = 12 * 3600
# Forms are small; only routes that say so take files.
FORM_BYTES_MAX = 262_144
_FIELDS_MAX = 2_000
_MIDDLEWARE = (
    "dancu.web.middleware.request_log",
    "dancu.web.middleware.security_headers",
    "dancu.web.middleware.Faults",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dancu.web.middleware.staffed",
    "dancu.web.routes.Door",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
)


def django_settings(settings: Settings) -> dict[str, Any]:
    """What Django is told beyond the database; `DANCU` is our own settings, for whoever needs them in a page."""
    from dancu.web.serving.jobs import IMPORTS

    keys = Keys.of(settings.home)
    return {
        "DANCU": settings,
        "SECRET_KEY": keys.django,
        "ALLOWED_HOSTS": [host.strip() for host in settings.hosts.split(",") if host.strip()],
        "ROOT_URLCONF": "dancu.web.urls",
        "MIDDLEWARE": list(_MIDDLEWARE),
        "TEMPLATES": [_templates()],
        "USE_I18N": False,
        "APPEND_SLASH": True,
        "SESSION_ENGINE": "django.contrib.sessions.backends.db",
        "SESSION_COOKIE_NAME": "dancu_phien",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "SESSION_COOKIE_AGE": WHOLE_S,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "CSRF_COOKIE_NAME": "dancu_csrf",
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SECURE": settings.https,
        "CSRF_FAILURE_VIEW": "dancu.web.errors.csrf_failed",
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https") if settings.https and settings.proxies else None,
        "DATA_UPLOAD_MAX_MEMORY_SIZE": FORM_BYTES_MAX,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": _FIELDS_MAX,
        "DATA_UPLOAD_MAX_NUMBER_FILES": 20,
        "FILE_UPLOAD_HANDLERS": ["dancu.web.uploads.Received"],
        "FILE_UPLOAD_PERMISSIONS": 0o600,
        "FILE_UPLOAD_TEMP_DIR": str(_private(settings)),
        "PASSWORD_HASHERS": ["django.contrib.auth.hashers.ScryptPasswordHasher"],
        "SILENCED_SYSTEM_CHECKS": ["security.W001"],
        "PROCRASTINATE_AUTODISCOVER_MODULE_NAME": "",
        "PROCRASTINATE_IMPORT_PATHS": ["dancu.web.serving.jobs", *IMPORTS],
    }


def stand(settings: Settings, database: Database) -> None:
    """Make this process one that serves pages: Django in the role dancu_web, with quiet logs."""
    project.setup(database, APPS, role=roles.WEB, more=django_settings(settings), keep_s=_KEEP_S)
    quiet()


def migrate(settings: Settings, database: Database) -> project.Migrated:
    """Bring the schema of register and pages up to date."""
    return project.migrate(database, APPS, role=roles.WEB, more=django_settings(settings))


def quiet() -> None:
    """Django's own loggers tell paths and values; ours (`middleware.request_log`, `Faults`) tell what may be told."""
    for name in ("django", "asgiref"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate = False


def _templates() -> dict[str, Any]:
    return {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(files("dancu.web") / "templates")],
        "OPTIONS": {
            "builtins": ["dancu.web.templatetags.page"],
            "context_processors": [
                "django.template.context_processors.csrf", "django.template.context_processors.request", "dancu.web.frame.frame",
            ],
            "string_if_invalid": "",
        },
    }


def _private(settings: Settings) -> Any:
    """The folder files are received in: this account's alone."""
    folder = settings.home / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
