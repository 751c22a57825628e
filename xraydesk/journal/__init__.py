"""Batches on disk: which films, how far, and what was found, one SQLite file that survives a power cut."""
