"""Messages while workers are killed between sending and marking, and many that come at once."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import offices
import pytest

from satupintu.config.bench.server import serve_module, server
from satupintu.lib.ports import free_port
from satupintu.messaging.channels.whatsapp_cloud.simulator import Cloud
from satupintu.messaging.handsets.sms_centre import SmsCentre
from satupintu.messaging.tests.sms_bench import HookAnswer, served

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("new_database", "socket_enabled")]
WHATSAPP, SMS = 12, 8
_SECONDS = 120


class Worker:
    """The office's real worker: killed when `doomed` messages were taken, and started again by `again`."""

    def __init__(self, environment, *doomed, settle=lambda: None):
        self.environment, self.doomed, self.settle = environment, list(doomed), settle
        self.taken, self.kills = 0, 0
        self._lock = threading.Lock()
        self._process = None

    def start(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "satupintu.config.cli", "worker"],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def took(self):
        """Note that a provider has taken one message of the worker, who has no answer yet."""
        with self._lock:
            self.taken += 1
            if self.doomed and self.taken >= self.doomed[0]:
                self.doomed.pop(0)
                self._process.kill()
                self._process.wait()
                self.kills += 1

    def again(self):
        """Start another one where it was killed, when all reports are in and what it had claimed is free again."""
        if self._process.poll() is not None:
            self.settle()
            state(self.environment, "expire")
            self.start()

    def stop(self):
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(20)
        self._process.kill()
        self._process.wait()


def state(environment, scenario="found", *more):
    return offices.run(environment, scenario, *more, program="messages")


@contextmanager
def working(worker):
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def until(environment, worker, done):
    """Return what the office's tables say as soon as `done` holds; another worker follows one that was killed."""
    end = time.monotonic() + _SECONDS
    while time.monotonic() < end:
        time.sleep(1)
        worker.again()
        found = state(environment)
        if done(found):
            return found
    pytest.fail(f"after {_SECONDS} seconds: {found}")


@contextmanager
def telephones(environment):
    """Serve the office's webhooks, WhatsApp and an SMS centre; gives the environment, both, and who was told."""
    port, told = free_port(), []
    url = f"http://127.0.0.1:{port}"
    cloud = Cloud(webhook=f"{url}/kanal/whatsapp_cloud/")
    centre = SmsCentre(url, user="u", password="p", secret="abcdefghijklmnop0")

    def sendsms(_method, target, _headers, _body):
        query = {key: row[0] for key, row in parse_qs(target.partition("?")[2]).items()}
        status, said = centre.sendsms(query)
        for tell in told:
            tell()
        return HookAnswer(status=status, body=said)

    send = cloud.send
    cloud.send = lambda body: (send(body), [tell() for tell in told])[0]
    with cloud, served(sendsms) as kannel:
        environment |= cloud.environment | {
            "SATUPINTU_CHANNELS": "whatsapp_cloud,kannel",
            "SATUPINTU_WHATSAPP_PER_SECOND": "0",
            "SATUPINTU_KANNEL_URL": f"{kannel}/cgi-bin/sendsms",
            "SATUPINTU_KANNEL_USER": "u",
            "SATUPINTU_KANNEL_PASSWORD": "p",
            "SATUPINTU_KANNEL_FROM": "1234",
            "SATUPINTU_KANNEL_SECRET": "abcdefghijklmnop0",
            "SATUPINTU_KANNEL_CALLBACK": url,
        }
        state(environment, "ready")
        with server(
            serve_module("satupintu.config.wsgi:application"), environment, port, "/masuk/"
        ):
            yield environment, cloud, centre, told


def test_a_message_that_its_provider_reports_goes_once_though_workers_are_killed(office):
    """Meta gives our reference back, Kannel is called at an address of ours: neither is asked a second time."""
    with telephones(offices.for_serving(office.environment)) as (environment, cloud, centre, told):
        handsets = [cloud.handset(f"62812{number:08}") for number in range(WHATSAPP)]
        phones = [f"+62813{number:08}" for number in range(SMS)]
        for one in handsets:
            one.write("menu")
        for phone in phones:
            assert centre.write(phone, "MENU")
        cloud.settle()
        worker = Worker(environment, 2, 9, 15, settle=lambda: (cloud.settle(), centre.settle()))
        told.append(worker.took)
        with working(worker):
            found = until(
                environment,
                worker,
                lambda found: found["states"].get("delivered", 0) == WHATSAPP + SMS,
            )
    assert worker.kills == 3
    assert (found["came"], found["read"], found["answered"]) == (WHATSAPP + SMS,) * 3
    assert {len(one.arrived) for one in handsets} == {1}
    assert [sum(not line.mine for line in centre.telephones[phone]) for phone in phones] == [
        1
    ] * SMS
    assert (cloud.undelivered, centre.problems) == ([], [])


def test_without_a_word_of_the_provider_a_message_may_come_twice_and_is_marked(office, tmp_path):
    arrived, phones = Counter(), {f"+62812{number:08}" for number in range(20)}
    profile = tmp_path / "mute.toml"
    environment = office.environment | {
        "SATUPINTU_CHANNELS": "http_sms",
        "SATUPINTU_SMS_HTTP_PROFILE": str(profile),
    }
    worker = Worker(environment, 3, 11)

    def take(_method, _target, _headers, body):
        arrived[json.loads(body)["to"]] += 1
        worker.took()
        return HookAnswer(body='{"ok": true}', content_type="application/json")

    with served(take) as url:
        profile.write_text(
            f'name = "Bisu"\n[send]\nmethod = "POST"\nurl = "{url}"\nas = "json"\n'
            'fields = { to = "{to}", text = "{text}" }\n[answer]\ntaken = { at = "ok" }\n'
        )
        assert state(environment, "queue", "20") == {"queued": 20}
        with working(worker):
            found = until(environment, worker, lambda found: found["states"] == {"sent": 20})
    assert worker.kills == 2
    twice = {phone for phone in phones if arrived[phone] > 1}
    assert phones <= set(arrived)
    assert twice
    assert twice <= set(found["perhaps_twice"])


def test_many_messages_at_once_are_read_once_each_and_answered_no_faster_than_allowed(office):
    """Some come twice, some in reverse order, some are forged."""
    count, allowed = 200, 25
    with telephones(offices.for_serving(office.environment)) as (
        environment,
        cloud,
        _centre,
        _told,
    ):
        environment["SATUPINTU_WHATSAPP_PER_SECOND"] = str(allowed)
        url, cloud.webhook = cloud.webhook, ""
        for number in range(count):
            cloud.handset(f"62812{number:08}").write("menu")
        cloud.settle()
        calls = [(body, signature, 200) for body, signature in [*cloud.posted, *cloud.posted[::-3]]]
        calls += [(body, signature[:-4] + "beef", 403) for body, signature in cloud.posted[::5]]
        cloud.webhook = url
        with httpx.Client(timeout=60) as client, ThreadPoolExecutor(8) as many:

            def post(call):
                head = {"X-Hub-Signature-256": call[1], "Content-Type": "application/json"}
                return client.post(url, content=call[0], headers=head).status_code == call[2]

            worker = Worker(environment)
            with working(worker):
                assert all(many.map(post, calls))
                found = until(
                    environment, worker, lambda found: found["states"].get("delivered", 0) == count
                )
    assert (found["came"], found["read"], found["answered"]) == (count, count, count)
    assert {len(one.arrived) for one in cloud.handsets} == {1}
    sent = sorted(one.arrived[0].at for one in cloud.handsets)
    # Two seconds less: what may go at once after a rest, and the last batch.
    assert sent[-1] - sent[0] > timedelta(seconds=count / allowed - 2)
