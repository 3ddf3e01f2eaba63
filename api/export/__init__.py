"""The registry's tables as files: CSV, XLSX, Parquet, JSON Lines, and all of them as a package."""
