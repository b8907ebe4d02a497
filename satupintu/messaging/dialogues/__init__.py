"""Dialogues: files that say what is asked and answered, the same on every channel (docs/dialogues.md)."""
