"""Working-time arithmetic with no opinions: local time and instants, weeks, red days."""
