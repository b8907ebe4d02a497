"""Telephones of a demo and what carries their messages: the real wire formats, and nobody's telephone."""
