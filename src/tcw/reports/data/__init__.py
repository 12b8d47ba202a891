"""Files for programs: JSON, CSV, Parquet, snapshots."""
