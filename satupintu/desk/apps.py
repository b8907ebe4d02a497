from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "satupintu.desk"
    label = "desk"
    verbose_name = "Desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.desk import meetings, proof, queries, readers, rules
        from satupintu.desk.dialogues import asking, complaining
        from satupintu.desk.queries import consultations
        from satupintu.desk.rules.consultations import CONSULTATION, KIND_CONSULTATION
        from satupintu.desk.services import ACTIONS, consulting
        from satupintu.desk.services.consulting.hearing import Hearing
        from satupintu.messaging.registry import register_checked, register_listener
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
                may_see=queries.may_see,
            )
        )
        register_kind(
            CaseKind(
                name=KIND_CONSULTATION,
                lifecycle=lambda _case: CONSULTATION,
                actions=consulting.ACTIONS,
                page=lambda case: f"/konsultasi/berkas/{case.number}/",
                title=consultations.title_of,
            )
        )
        for reader in (readers.consultations, readers.complaints):
            register_reader(reader.READER, reader.read, kinds=reader.KINDS)
        register_case_check("consultations", proof.consultation_faults)
        register_listener(Hearing())
        register_checked(meetings.provider)
        meetings.provider()  # a setting that makes no sense is said before anything is opened
        register_case_check("complaints", proof.case_faults)
        complaining.register()
        asking.register()
