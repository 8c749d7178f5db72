"""Checks of uploaded files: received, understood, run beside the pages, told, and deleted when their days are over."""
