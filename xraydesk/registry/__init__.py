"""Installed models: cards, weights, the active one."""
