"""dashboards: reads a release."""
