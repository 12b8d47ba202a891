"""Whole commands against peers, in turn, on the same data: `python -m benchmarks kpi --staff 45000 --weeks 52`."""
