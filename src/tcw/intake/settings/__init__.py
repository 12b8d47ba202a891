"""Read tcw.yaml and the other files of settings."""
