"""One file a page; Streamlit runs the file whose page is open."""
