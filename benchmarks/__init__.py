"""tcw next to others on the same data, as whole processes in turn: `python -m benchmarks run`."""
