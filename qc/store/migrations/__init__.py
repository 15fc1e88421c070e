"""Numbered migrations, run on opening."""
