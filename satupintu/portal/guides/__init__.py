"""
Short printed guides for clerks, for who decides, and for villages: pages by typst, from the texts of the screens.

A guide quotes a button or a menu only by its key in `labels`, so that it says what the screen says, in either language.
"""
