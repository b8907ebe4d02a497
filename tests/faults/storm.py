"""What real processes of an office keep when they are killed under load that comes from outside."""

import random
import time
from pathlib import Path
from typing import Any

from load import Load
from offices import run
from served import Served

from satupintu.fees.providers.simulator.server import Bank


def kills(environment: dict[str, str], *, count: int, seed: str) -> dict[str, Any]:
    """Kill a process of the office at `count` random moments under load, all at the last; return what is lost."""
    plan = run(environment, "plan", program="inside")
    chance = random.Random(seed)
    killed: dict[str, int] = {}
    port = int(environment["SATUPINTU_PAYMENT_URL"].rpartition(":")[2])
    bank = Bank(secret=plan["secret"], kept=Path(plan["kept"]), mute=True).start(port)
    load = Load(int(environment["PORT"]), plan, chance, bank)
    try:
        with Served(environment) as served:
            load.start()
            for _kill in range(count - 1):
                time.sleep(chance.uniform(0, 2))
                name = served.kill_one(chance)
                killed[name] = killed.get(name, 0) + 1
                served.wait()
            time.sleep(chance.uniform(0, 2))
            # the end of `with` is the last kill: all at once, under load
    finally:
        load.stop()
        bank.stop()
    told = load.remembered.write(Path(environment["SATUPINTU_HOME"]) / "told.json")
    found = run(environment, "compare", str(told), program="inside")
    found["problems"] += load.remembered.wrong[:5]
    return found | {
        "kills": count,
        "killed": killed,
        "wrong": load.remembered.wrong,
        "statuses": dict(load.remembered.statuses),
    }
