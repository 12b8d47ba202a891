"""Words in, exit codes out."""
