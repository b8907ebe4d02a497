from django.apps import AppConfig


class PermitsConfig(AppConfig):
    name = "satupintu.permits"
    label = "permits"
    verbose_name = "Permits"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.permits import dialogue, proof, queries, reader, rules
        from satupintu.permits.file import lifecycle_of, title_of
        from satupintu.permits.pages.officer.ink import for_ink
        from satupintu.permits.registration import register_for_ink, register_letters, why_locked
        from satupintu.permits.services import ACTIONS, letters
        from satupintu.workflow.services import (
            CaseKind,
            register_case_check,
            register_kind,
            register_reader,
        )

        register_kind(
            CaseKind(
                name=rules.KIND_PERMIT,
                lifecycle=lifecycle_of,
                actions=ACTIONS,
                page=lambda case: f"/berkas/{case.number}/",
                public_page=lambda case: f"/permohonan/{case.number}/",
                title=title_of,
                locked=why_locked,
            )
        )
        register_reader(reader.READER, reader.read, kinds=reader.KINDS, actions=reader.TOLD)
        register_case_check("permits", proof.case_faults)
        register_case_check("dispatch book", proof.book_faults)
        owing = frozenset(rules.LETTERS)
        register_reader(letters.READER, letters.read, kinds=reader.KINDS, actions=owing)
        register_for_ink(for_ink)
        register_letters(rules.KIND_PERMIT, queries.letter_names)
        dialogue.register()
