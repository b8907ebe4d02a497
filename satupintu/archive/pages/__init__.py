"""Pages of the archive: keeping, disposing, and its settings."""
