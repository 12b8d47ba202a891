"""What to show, whatever the medium."""
