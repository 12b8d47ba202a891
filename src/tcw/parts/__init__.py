"""Sources and results larger than memory: people cut into parts, whoever works through them, and rows spilled to files."""
