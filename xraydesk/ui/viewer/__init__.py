"""The film as in a reading room."""
