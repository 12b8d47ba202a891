"""Pseudonyms, redaction, small groups."""
