"""The shipped checklist, an item a file.

Source: the document's own *Checklista*, and what it does before it.
"""
