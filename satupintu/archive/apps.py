from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "satupintu.archive"
    label = "archive"
    verbose_name = "Archive"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.archive import proof, queries, services
        from satupintu.permits.registration import register_lock
        from satupintu.permits.rules import KIND_PERMIT
        from satupintu.workflow.services import (
            register_actions,
            register_case_check,
            register_reader,
        )

        register_actions(KIND_PERMIT, services.ACTIONS)
        register_case_check("archive", proof.case_faults)
        register_lock(queries.why_locked)
        register_reader(
            "archive", services.read, kinds=frozenset({KIND_PERMIT}), actions=services.FOLLOWED
        )
