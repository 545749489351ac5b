"""pipelines: makes releases."""
