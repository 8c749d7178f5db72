"""Tells Django that the care for the data is one of its applications, with tables and migrations but no page."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """`dancu.quality` in INSTALLED_APPS; migrations are known by its label, tables begin with it."""

    name = "dancu.quality"
    label = "quality"
    # As Django shows it where it lists applications.
    verbose_name = "Chất lượng dữ liệu"
    default_auto_field = "django.db.models.BigAutoField"
