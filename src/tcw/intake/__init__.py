"""From an export to a Schedule: files, headers, values, load."""
