"""What messages reach in this domain: complaining, and asking, judging and meeting."""
