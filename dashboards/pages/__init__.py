"""pages: one question a page."""
