"""The outlines of kecamatan that we draw, read back: is a point inside the regency?"""

import json
from functools import lru_cache
from math import cos, hypot, radians
from pathlib import Path
from typing import TypeAlias

FOLDER = Path(__file__).parent / "static/web/maps"
DRAWN = frozenset({"61.03", "14.03"})  # regencies, by Kemendagri code
NEAR_KM = 2.0  # the outlines are simplified: nobody is called outside who is this close
KM_PER_DEGREE = 111.2

Ring: TypeAlias = list[tuple[float, float]]  # longitude, latitude


def is_outside(code: str, latitude: float, longitude: float) -> bool:
    """
    Return whether a point in degrees lies clearly outside a regency: in none of its kecamatan, nor near one.

    False where we have no outline, for then nothing can be said.
    """
    if code not in DRAWN:
        return False
    rings = _rings(code)
    at = (longitude, latitude)
    return not any(_inside(at, ring) for ring in rings) and not any(
        _km_to(at, ring[place - 1], end) < NEAR_KM
        for ring in rings
        for place, end in enumerate(ring)
    )


@lru_cache(maxsize=2)
def _rings(code: str) -> list[Ring]:
    outline = json.loads((FOLDER / f"{code}.json").read_text())
    return [
        [(x, y) for x, y in polygon[0]]
        for feature in outline["features"]
        for polygon in feature["geometry"]["coordinates"]
    ]


def _inside(point: tuple[float, float], ring: Ring) -> bool:
    """Return whether a ray from the point crosses the ring an odd number of times."""
    x, y = point
    odd = False
    for place, (x2, y2) in enumerate(ring):
        x1, y1 = ring[place - 1]
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def _km_to(
    point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]
) -> float:
    """Return the distance to a line in kilometres, on a plane: good for a few kilometres near the equator."""
    wide = KM_PER_DEGREE * cos(radians(point[1]))
    x1, y1 = (start[0] - point[0]) * wide, (start[1] - point[1]) * KM_PER_DEGREE
    x2, y2 = (end[0] - point[0]) * wide, (end[1] - point[1]) * KM_PER_DEGREE
    length = (x2 - x1) ** 2 + (y2 - y1) ** 2
    along = 0.0 if length == 0 else -(x1 * (x2 - x1) + y1 * (y2 - y1)) / length
    along = min(1.0, max(0.0, along))
    return hypot(x1 + along * (x2 - x1), y1 + along * (y2 - y1))
