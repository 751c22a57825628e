"""The same verbs from a terminal: results on standard output, progress and messages on standard error."""
