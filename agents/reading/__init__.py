"""How a goal's words are read: one idea per module (numbers, money, dates, window, contacts, channels, ...).

Each module has one `read_*` function that takes a `text.Text` and returns what it found; a number that is not in the words is never filled in.
"""
