"""
Replaying a foreign permit log through perform_move, at its own times.

The mapping (TOML, docs/replay.md) says which columns or XES keys hold what; the lifecycle is built from it with an open
order: every activity is a move from any state. Foreign names of activities, resources and groups stay on the row
(`data`). Every event has an origin reference that does not depend on its place in the file, so a second run adds
nothing, a run that was killed goes on where it stopped, and a log that has grown adds what is new.
"""

from satupintu.workflow.replay.mapping import BadLog, LogMap, read_mapping
from satupintu.workflow.replay.reading import read_events
from satupintu.workflow.replay.running import Report, lifecycle_of, register, replay, slug_of

__all__ = [
    "BadLog",
    "LogMap",
    "Report",
    "lifecycle_of",
    "read_events",
    "read_mapping",
    "register",
    "replay",
    "slug_of",
]
