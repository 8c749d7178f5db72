"""Tells Django that the pages are one of its applications, with tables, migrations, templates and tags."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """`dancu.web` in INSTALLED_APPS; tables begin with its label."""

    name = "dancu.web"
    label = "web"
    # As Django shows it where it lists applications.
    verbose_name = "Trang làm việc"
    default_auto_field = "django.db.models.BigAutoField"
