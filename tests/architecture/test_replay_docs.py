"""docs/replay.md describes every key of a mapping, and its example can be used."""

import re
from pathlib import Path

from satupintu.workflow.replay import LogMap, read_mapping
from satupintu.workflow.rules import CHANNEL_LABELS

TEXT = (Path(__file__).parents[2] / "docs" / "replay.md").read_text(encoding="utf-8")


def test_every_key_of_a_mapping_is_described_and_no_other():
    described = re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE)

    assert described == list(LogMap.__dataclass_fields__)
    line = next(line for line in TEXT.splitlines() if line.startswith("| `channels` |"))
    assert set(re.findall(r"`(\w+)`", line)) == {"channels", *CHANNEL_LABELS}


def test_the_example_can_be_used(tmp_path):
    file = tmp_path / "map.toml"
    file.write_text(TEXT.partition("```toml\n")[2].partition("```")[0], encoding="utf-8")

    assert read_mapping(file).origin == "replay:izin-2025"
