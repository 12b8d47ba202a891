"""`python -m tcw` is the same as `tcw`."""

from tcw.cli.app import main

main()
