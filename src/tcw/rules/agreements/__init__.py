"""Rules of agreements (AG), one a file."""
