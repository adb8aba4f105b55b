"""Every printed paper: one small module and one template each, in one visual family.

One idea: a paper is a frozen value of plain texts and whole numbers; only `kit` knows how it becomes a PDF. Nothing here
reads a clock or a file of the user's: what is printed is passed in, so that printing again gives the same bytes.
"""
