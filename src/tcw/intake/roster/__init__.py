"""Printed rosters: one row per person, one column per date."""
