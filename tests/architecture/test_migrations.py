"""The history of the tables is one straight line for each domain, and says what the models say."""

import pytest
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader


def own(loader: MigrationLoader):
    return [
        node for node in loader.graph.nodes if node[0] in loader.migrated_apps and _is_ours(node[0])
    ]


def _is_ours(label: str) -> bool:
    from django.apps import apps

    return apps.get_app_config(label).name.startswith("satupintu.")


def test_no_domain_has_two_ends_or_two_next_steps():
    loader = MigrationLoader(None)
    assert loader.detect_conflicts() == {}
    for node in own(loader):
        following = [
            child.key for child in loader.graph.node_map[node].children if child.key[0] == node[0]
        ]
        assert len(following) <= 1, f"{node} is followed by {following}"


@pytest.mark.django_db
def test_models_and_migrations_agree():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
