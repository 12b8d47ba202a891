"""Rules of settings (ST), one a file."""
