"""The nightly batch: one run over a source, one whole result folder, or none."""
