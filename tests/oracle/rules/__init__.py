"""Every rule once more: slow, plain Python from docs/developers/adr/0009 and the law, without tcw and without
frames.
"""
