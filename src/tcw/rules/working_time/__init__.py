"""Rules of working time (WT), one a file."""
