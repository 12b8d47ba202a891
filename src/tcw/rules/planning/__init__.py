"""Rules of planning (PL), one a file."""
