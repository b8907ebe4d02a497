"""Pages of supervision: the officers' desk, the holder's own, the letters, the office's days."""
