"""tcw: a command-line toolkit for Swedish workforce scheduling, on exported files."""

__version__ = "0.1.0"
