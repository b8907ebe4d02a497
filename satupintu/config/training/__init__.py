"""
The training office: a second office beside the real one, made from its settings with made-up people.

`pattern` reads the real office's settings (never a person, a case or a file), `making` makes an office of them in an
empty database, `replacing` puts a new copy in the place of the old, `serving` keeps its processes alive.
"""
