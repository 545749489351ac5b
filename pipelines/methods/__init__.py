"""methods: pure functions; no file, connection, Dagster or Streamlit in sight."""
