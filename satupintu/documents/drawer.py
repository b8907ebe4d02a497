"""
Draws pages of one PDF file, in a process of its own that has little memory and little time.

Run by preview.py as `python -I drawer.py`, with a JSON request on standard input; answers with one
picture after the other: width and height in four bytes each, then the pixels as RGB. A file of two
kilobytes can ask for more strokes than anybody waits for, so it is not drawn where pages are
served. Imports nothing of this project. Exit code 3: no such page; 4: it cannot be drawn.
"""

import json
import resource
import struct
import sys
from typing import Any

MEMORY_BYTES = 1536 * 1024 * 1024
NO_PAGE, CANNOT_DRAW = 3, 4


def main() -> int:
    request: dict[str, Any] = json.load(sys.stdin)
    seconds = int(request["seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pypdfium2

    width = int(request["width"])
    try:
        document = pypdfium2.PdfDocument(request["path"])
        for page in request["pages"]:
            if not 1 <= page <= len(document):
                return NO_PAGE
            sheet = document[page - 1]
            across, down = sheet.get_size()
            if across <= 0 or down / across > request["max_ratio"]:
                return CANNOT_DRAW
            drawn = sheet.render(scale=width / across, may_draw_forms=False)
            picture = drawn.to_pil().convert("RGB")
            sys.stdout.buffer.write(struct.pack("!LL", *picture.size) + picture.tobytes())
    except (pypdfium2.PdfiumError, MemoryError, ValueError):
        return CANNOT_DRAW
    return 0


if __name__ == "__main__":
    sys.exit(main())
