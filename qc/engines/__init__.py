"""Engines: what listens. A protocol each, and one adapter a file."""
