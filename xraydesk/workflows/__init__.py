"""The verbs a user would say; each a plain function of a request and a job context."""
