"""What is doubtful in what was read."""
