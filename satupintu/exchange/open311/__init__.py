"""Open311 GeoReport v2: complaints sent in by other programs, and the public register as they read it."""
