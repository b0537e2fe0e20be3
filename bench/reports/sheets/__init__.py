"""Rating sheets as files: CSV, XLSX, and one HTML page that needs no network."""
