"""Made-up sources of any size: a Swedish municipality's care and home care, the same for the same seed."""
