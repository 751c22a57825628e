"""The window: shows results, asks for workflows through the job runner."""
