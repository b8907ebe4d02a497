"""
The demo office: real services, made-up people, and cases in every state.

Everything goes through the services of the domains at its own time of the past month, so that the demo shows what an
office would see and nothing that could not happen. The same day gives the same demo.
"""

from satupintu.config.demo.seeding import seed

__all__ = ["seed"]
