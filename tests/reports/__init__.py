"""Tests of everything that shows a result."""
