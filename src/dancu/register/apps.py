"""Tells Django that the register is one of its applications, with tables and migrations but no page."""

from __future__ import annotations

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """`dancu.register` in INSTALLED_APPS; migrations are known by its label, tables begin with it."""

    name = "dancu.register"
    label = "register"
    # As Django shows it where it lists applications.
    verbose_name = "Sổ dân cư"
    default_auto_field = "django.db.models.BigAutoField"
