"""Pages about what other programs do here: clients of the API, their events, complaints that are sent on."""
