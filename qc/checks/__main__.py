"""``python -m qc.checks`` prints the manual of all checks."""

from qc.checks import manual

print(manual(), end="")
