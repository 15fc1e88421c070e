"""The dashboard: a router, thin pages, and what they draw with. Pages hold no SQL and no analysis."""
