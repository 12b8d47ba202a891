"""The options of all commands, each declared once: by subject, in the files beside this one."""
