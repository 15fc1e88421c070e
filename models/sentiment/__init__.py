"""The builtin sentiment classifier: what it learns from, how it is trained, and how it is measured."""
