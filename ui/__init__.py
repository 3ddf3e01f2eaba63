"""The Streamlit workbench, a client of the HTTP API and of nothing else."""
