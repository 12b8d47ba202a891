"""Sources and results larger than memory: people cut into parts, and what was found kept in files meanwhile."""
