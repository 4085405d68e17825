"""What goes out: tables as CSV, JSON, Excel, Parquet and GeoJSON, and data sets as zips."""
