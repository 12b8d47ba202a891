"""Everything that shows a result: tables first (no medium), then one file per medium."""
