"""The pages of messaging: the officers' desk, what a person sees, settings, calls of other servers, the demo."""
