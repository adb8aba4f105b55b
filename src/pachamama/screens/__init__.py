"""Score entry at the keyboard: the form of a sheet, what the screen asks of the world, and how it is drawn.

The forms are plain values and small machines without any terminal; Textual is imported only by `fullscreen`.
"""
