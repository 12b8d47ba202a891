"""Find files and open them: from a path to sheets of cells."""
