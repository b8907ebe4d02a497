"""
Pages through the real server: CPU of a request, statements, bytes, memory, and an application over HTTP.

The server is one granian process as `satupintu web` starts it. The load comes from this other process over loopback, a
bounded number of requests, eight at once; page and limits take turns, so that a busy machine disturbs them alike.
"""

import threading

from satupintu.config.bench.browser import Browser, Page
from satupintu.config.bench.figures import Figure
from satupintu.config.bench.office import ThrowawayOffice
from satupintu.config.bench.server import Running, serve_module, server
from satupintu.lib.ports import free_port

AT_ONCE = 8
TIMED = ("service", "tracking", "inbox", "case", "questions", "mine")
FEW = 3
LIMIT_BYTES = 40 * 1024
OK = 200


class BadPage(Exception):
    """A page of the bench did not answer as it should."""


def _checked(page: Page, name: str) -> Page:
    if page.status != OK:
        raise BadPage(f"The page “{name}” answered {page.status}.")
    return page


class Visitors:
    """Browsers of all people at one server, each request from an address of its own."""

    def __init__(self, running: Running, sessions: dict[str, dict[str, str]]) -> None:
        self.running = running
        self._sessions = sessions
        self._made = 0

    def browser(self, who: str) -> Browser:
        self._made += 1
        address = f"10.{self._made // 65536 % 256}.{self._made // 256 % 256}.{self._made % 256}"
        return Browser(self.running.port, address=address, cookies=self._sessions.get(who))


def _burst(visitors: Visitors, who: str, path: str, requests: int) -> None:
    """Ask `requests` times, AT_ONCE at a time. Raises BadPage if any answer is not a page."""
    bad: list[int] = []

    def ask(times: int) -> None:
        browser = visitors.browser(who)
        bad.extend(
            page.status for page in (browser.get(path) for _ in range(times)) if page.status != OK
        )
        browser.close()

    threads = [threading.Thread(target=ask, args=(requests // AT_ONCE,)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if bad:
        raise BadPage(f"{path} answered {bad[0]} under load.")


def _cpu_ms(visitors: Visitors, who: str, path: str, requests: int) -> float:
    before = visitors.running.usage()["cpu"]
    _burst(visitors, who, path, requests)
    return (visitors.running.usage()["cpu"] - before) * 1000 / (requests // AT_ONCE * AT_ONCE)


def cpu_figures(
    visitors: Visitors, pages: list[dict[str, str]], label: str, requests: int, rounds: int
) -> list[Figure]:
    """Return CPU per request of the timed pages, against the same SQL without and within the framework."""
    found = []
    for page in (one for one in pages if one["name"] in TIMED):
        name, who = page["name"], page["who"]
        _checked(visitors.browser(who).get(page["path"], record=name), name)
        took: dict[str, list[float]] = {"page": [], "bare": [], "view": []}
        for _round in range(rounds):
            took["page"].append(_cpu_ms(visitors, who, page["path"], requests))
            took["bare"].append(_cpu_ms(visitors, who, f"/_bench/bare/{name}", requests))
            took["view"].append(_cpu_ms(visitors, who, f"/_bench/view/{name}", requests))
        ours, bare, view = (sorted(took[key])[rounds // 2] for key in ("page", "bare", "view"))
        found += [
            Figure(
                f"{label}: page “{name}”, CPU of a request",
                ours,
                "ms",
                view,
                "aim: at most 2; limit: a bare view of the framework, same SQL by raw cursor",
            ),
            Figure(
                f"{label}: page “{name}”, CPU against bare WSGI",
                ours,
                "ms",
                bare,
                "limit: no framework at all, same SQL by raw cursor",
            ),
        ]
    return found


def statements_of(visitors: Visitors, pages: list[dict[str, str]]) -> dict[str, int]:
    """
    Return how many statements each page asks, the fewest of three visits.

    A first visit fills what is kept in memory; what is kept for some seconds may run out between two visits.
    """
    found = {}
    for page in pages:
        name, browser = page["name"], visitors.browser(page["who"])
        browser.get(page["path"])
        visits = [browser.get(page["path"], record=name) for _visit in range(3)]
        found[name] = min(_checked(visit, name).statements for visit in visits)
        browser.close()
    return found


def query_figures(few: dict[str, int], many: dict[str, int], label: str, rows: int) -> list[Figure]:
    return [
        Figure(
            f"{label}: page “{name}”, SQL with {rows} rows",
            count,
            "statements",
            few[name],
            f"must be 1; limit: the same page with {FEW} rows",
        )
        for name, count in many.items()
    ]


def wire_figures(visitors: Visitors, pages: list[dict[str, str]]) -> list[Figure]:
    """Return what a first visit of each page for applicants transfers, style sheet and scripts included."""
    found = []
    for page in (one for one in pages if one["kind"] != "officer"):
        browser = visitors.browser(page["who"])
        _checked(browser.get(page["path"], parts=True), page["name"])
        found.append(
            Figure(
                f"page “{page['name']}”, first visit",
                browser.wire,
                "bytes",
                LIMIT_BYTES,
                "must be at most 1; limit: 40 KB",
            )
        )
        browser.close()
    return found


def _to_first_step(browser: Browser, service: str, *, parts: bool) -> Page:
    """Open the service and its start, and begin a draft; return the first page of questions."""
    browser.get(f"/layanan/{service}/", record="journey" if parts else "", parts=parts)
    start = browser.get(f"/ajukan/{service}/", record="journey" if parts else "", parts=parts)
    return browser.submit(start, record="journey" if parts else "", parts=parts)


def _to_receipt(browser: Browser, url: str, *, parts: bool) -> int:
    """Save every step of a filled-in draft as it stands and send it; return the number of steps."""
    record = "journey" if parts else ""
    page = browser.get(url, record=record, parts=parts)
    for number in range(1, 30):
        if "/draf/" not in page.url:
            return number
        page = _checked(browser.submit(page, record=record, parts=parts), "journey")
    raise BadPage(f"The application did not end: {page.url}")


def _journeys(
    office: ThrowawayOffice, visitors: Visitors, service: str, count: int, *, parts: bool
) -> tuple[float, list[Browser], int]:
    """Apply `count` times; return the server's CPU seconds, the browsers, and the steps of each."""
    browsers = [visitors.browser("joko") for _ in range(count)]
    usage = visitors.running.usage
    begun = usage()["cpu"]
    urls = [_to_first_step(browser, service, parts=parts).url for browser in browsers]
    begun = usage()["cpu"] - begun
    office.run("fill_drafts", ids=[url.split("/draf/")[1].split("/")[0] for url in urls])
    sent = usage()["cpu"]
    steps = [
        _to_receipt(browser, url, parts=parts) for browser, url in zip(browsers, urls, strict=True)
    ]
    return begun + usage()["cpu"] - sent, browsers, steps[0]


def journey_figures(
    office: ThrowawayOffice, visitors: Visitors, service: str, label: str, journeys: int
) -> list[Figure]:
    """Return CPU, statements and bytes of applications from the service's page to the receipt."""
    _cpu, (first,), steps = _journeys(office, visitors, service, 1, parts=True)
    cpu, browsers, _steps = _journeys(office, visitors, service, journeys, parts=False)
    requests = sum(one.requests for one in browsers)
    return [
        Figure(
            f"{label}: application over HTTP, CPU",
            cpu * 1000 / journeys,
            "ms",
            None,
            f"{requests // journeys} requests, {steps} saves; a form server needs 116 ms for start, one save, submit",
        ),
        Figure(
            f"{label}: application over HTTP, CPU of a request",
            cpu * 1000 / requests,
            "ms",
            None,
            "a form server 33 to 42",
        ),
        Figure(
            f"{label}: application over HTTP, SQL",
            first.statements,
            "statements",
            None,
            "a form server 14 to 21 for each of start, save, submit",
        ),
        Figure(
            "application from the service's page to the receipt, first visit",
            first.wire,
            "bytes",
            LIMIT_BYTES * first.requests,
            "all pages, style sheets and scripts, compressed",
        ),
    ]


def measure(
    office: ThrowawayOffice, *, requests: int, bursts: int, journeys: int, rows: int
) -> list[Figure]:
    """Measure all pages of one office. Raises BadPage, PartFailed, NoAnswer."""
    plan = office.run("visit_plan", rows=FEW)
    arguments = serve_module("satupintu.config.bench.wsgi:application")
    with server(arguments, office.environment, free_port()) as running:
        visitors = Visitors(running, plan["sessions"])
        few = statements_of(visitors, plan["pages"])
        pages = office.run("grow", rows=rows)
        many = statements_of(visitors, pages)
        found = cpu_figures(visitors, pages, office.label, requests, bursts)
        found += query_figures(few, many, office.label, rows)
        found += wire_figures(visitors, pages)
        found += journey_figures(office, visitors, "sip-bidan", office.label, journeys)
        found.append(
            Figure(
                f"{office.label}: memory of the web process after all pages",
                running.usage()["mib"],
                "MiB",
                150,
                "must be at most 1; limit: 150 MiB",
            )
        )
    return found
