"""The key figures (nyckeltal): one ledger of hours, parts and wholes divided last."""
