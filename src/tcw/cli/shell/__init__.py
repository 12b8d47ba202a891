"""What stands around every command: language and faults, progress on a terminal, Ctrl-C."""
