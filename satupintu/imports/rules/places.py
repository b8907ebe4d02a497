"""Where a case of an old register was: its words for kecamatan and village, found in the table of regions. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from satupintu.lib.words import fold, only_near
from satupintu.office.rules import parent_code

_NEAR = 0.85  # of difflib's ratio: one letter of seven
_KIND = re.compile(r"^(kecamatan|kelurahan|desa|dusun|kec|kel|ds)\b\W*")


def bare_name(said: str) -> str:
    """Return a name as it is compared: folded, without "Kec.", "Desa" and the like before it."""
    folded = fold(said)
    plain = _KIND.sub("", folded)
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain or folded).split())


@dataclass(frozen=True, slots=True)
class Places:
    """The kecamatan of the office's regency by bare name, and their villages; of one name there may be several."""

    districts: Mapping[str, str]
    villages: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, regency: str, rows: Iterable[tuple[str, str]]) -> "Places":
        """Take the regency's code ("61.03"), and (code, name) of all that lies in it."""
        districts: dict[str, str] = {}
        villages: dict[str, list[str]] = defaultdict(list)
        for code, name in rows:
            if parent_code(code) == regency:
                districts[bare_name(name)] = code
            else:
                villages[bare_name(name)].append(code)
        return cls(districts, {name: tuple(codes) for name, codes in villages.items()})

    def district(self, said: str) -> str:
        """Return the code of a kecamatan; "" for one that is not of this regency. One wrong letter is forgiven."""
        return self.districts.get(only_near(bare_name(said), self.districts, _NEAR), "")

    def find(self, district: str, village: str) -> str:
        """
        Return the code of the village, else of the kecamatan; "" when neither is known, or both contradict each other.

        A village without its kecamatan is found where the regency has only one of that name.
        """
        within = self.district(district)
        if district and not within:
            return ""
        codes = self.villages.get(only_near(bare_name(village), self.villages, _NEAR), ())
        fitting = [code for code in codes if code.startswith(f"{within}." if within else "")]
        return fitting[0] if len(fitting) == 1 else within
