"""pdfium is not safe under threads: whoever opens a document with it holds this lock meanwhile."""

import threading

LOCK = threading.Lock()
