"""Inputs nobody meant: whatever a source holds, tcw ends soon, in a result or in a clear line, and counts
every row.

`TCW_FUZZ_EXAMPLES=5000` tries that many of each kind, other ones every time; without it a few, always the
same.
"""
