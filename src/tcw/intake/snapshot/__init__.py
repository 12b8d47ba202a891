"""Freeze an export in one file, and read it back."""
