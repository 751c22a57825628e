"""Runs workflows in a child process and carries their events back."""
