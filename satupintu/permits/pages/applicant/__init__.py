"""Pages of applicants: apply, follow, answer, collect; and the counter's page for applying in somebody's name."""
