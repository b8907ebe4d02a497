"""The answer to a page that listens for new lines (static/messaging/live.js)."""

from collections.abc import Callable, Iterator, Sequence
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from satupintu.lib.language import current_language
from satupintu.messaging import live, threads
from satupintu.messaging.threads import Line

HOLDS = "punya"  # in the address, until the browser sends the id of the last event itself


def address(url: str, lines: Sequence[Line]) -> str:
    """Return where a page that shows these lines listens for more."""
    return f"{url}?{HOLDS}={live.held_by(lines)}"


def answer(
    request: HttpRequest,
    *,
    who: str,
    identities: list[UUID],
    read: Callable[[], Sequence[Line]],
    files_in: UUID | None = None,
) -> StreamingHttpResponse:
    """Stream the lines of a thread that the page does not hold. `who` may have one stream open at a time."""
    held = request.headers.get("Last-Event-ID") or request.GET.get(HOLDS, "")
    language = current_language()

    def show(lines: Sequence[Line]) -> str:
        return render_to_string("messaging/_lines.html", {"lines": lines, "files_in": files_in})

    def stream() -> Iterator[str]:
        with translation.override(language):
            yield from live.events(
                who=who,
                held=held,
                pulse=lambda: threads.pulse_of(identities),
                read=read,
                show=show,
            )

    response = StreamingHttpResponse(stream(), content_type="text/event-stream; charset=utf-8")
    response["X-Accel-Buffering"] = "no"  # nginx gives on what it gets
    return response
