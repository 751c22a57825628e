"""Tool tips that show a name as it is: Qt takes words with signs in them for rich text, pictures and links too."""

from __future__ import annotations

from html import escape


def plain_tip(words: str) -> str:
    """For a tool tip of words that come from elsewhere: names of files, models and classes."""
    return f"<qt>{escape(words)}</qt>" if "<" in words or "&" in words else words
