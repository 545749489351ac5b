"""screens: one question a page. Not called `pages`: Streamlit runs such a folder by itself, without app.py."""
