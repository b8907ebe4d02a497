from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "satupintu.desk"
    label = "desk"
    verbose_name = "Desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.desk import dialogue, proof, queries, reader, rules
        from satupintu.desk.services import ACTIONS
        from satupintu.workflow.services import (
            CaseKind,
            register_case_check,
            register_kind,
            register_reader,
        )

        register_kind(
            CaseKind(
                name=rules.KIND_COMPLAINT,
                lifecycle=lambda _case: rules.COMPLAINT,
                actions=ACTIONS,
                page=lambda case: f"/pengaduan/berkas/{case.number}/",
                title=queries.title_of,
                sees=queries.seen_by,
            )
        )
        register_reader(reader.READER, reader.read, kinds=reader.KINDS)
        register_case_check("complaints", proof.case_faults)
        dialogue.register()
