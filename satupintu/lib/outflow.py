"""Where a ZIP file is written to while it is sent, so that nothing gathers in memory."""

import io
from typing import Any


class Outflow(io.RawIOBase):
    """What a ZipFile writes into; `take` hands on what came since."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        self.size += len(self.parts[-1])
        return len(self.parts[-1])

    def tell(self) -> int:
        return self.size

    def take(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken
