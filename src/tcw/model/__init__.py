"""The nouns: tables, configuration, schedule, findings. Imports nothing of ours but wording and errors."""
