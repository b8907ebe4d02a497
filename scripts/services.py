"""
Write the SHA-256 of new shipped service files into tests/architecture/services.json.

A file that is listed already was released: offices may have published it. It is never listed anew;
make the next version of the service instead.
"""

import hashlib
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests/architecture/services.json"


def main() -> int:
    released = json.loads(LIST.read_text()) if LIST.exists() else {}
    present = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((ROOT / "satupintu/catalogue/services").glob("*.toml"))
    }
    changed = sorted(name for name in released if present.get(name) != released[name])
    if changed:
        print(f"Released files were changed or removed: {', '.join(changed)}.", file=sys.stderr)
        return 1
    LIST.write_text(json.dumps(present, indent=1, sort_keys=True) + "\n")
    print(f"{len(present) - len(released)} service files added to the list of released ones.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
