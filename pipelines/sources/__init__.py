"""sources: a published table → tidy rows, one module a producer."""
