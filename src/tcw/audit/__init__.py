"""The checklist: what a change did to a system's settings and schedule, and what of it has to be undone.

Frames in, frames out.
"""
