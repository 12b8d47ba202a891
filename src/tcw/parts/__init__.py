"""Sources and results larger than memory: people cut into parts, executors, and rows spilled to files."""
