from django.apps import AppConfig


class ObjectionsConfig(AppConfig):
    name = "satupintu.objections"
    label = "objections"
    verbose_name = "Objections"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.objections import proof, queries, reader, rules
        from satupintu.objections.pages.shown import (
            beside_case,
            beside_supervision,
            for_ink,
            own_list,
        )
        from satupintu.objections.services import ACTIONS, letters
        from satupintu.permits.registration import (
            register_beside,
            register_for_ink,
            register_letters,
            register_list,
            register_own_data,
            register_tracker,
        )
        from satupintu.supervision.registration import (
            register_beside as register_beside_supervision,
        )
        from satupintu.workflow.services import (
            CaseKind,
            register_case_check,
            register_kind,
            register_reader,
        )

        register_kind(
            CaseKind(
                name=rules.KIND_OBJECTION,
                lifecycle=lambda _case: rules.OBJECTION,
                actions=ACTIONS,
                page=lambda case: f"/keberatan/berkas/{case.number}/",
                public_page=lambda case: f"/keberatan/{case.number}/",
                title=queries.title_of,
            )
        )
        register_reader(reader.READER, reader.read, kinds=reader.KINDS)
        owing = frozenset(rules.LETTERS)
        register_reader(letters.READER, letters.read, kinds=reader.KINDS, actions=owing)
        register_case_check("objections", proof.case_faults)
        register_beside(beside_case)
        register_beside_supervision(beside_supervision)
        register_list(own_list)
        register_for_ink(for_ink)
        register_letters(rules.KIND_OBJECTION, queries.letter_names)
        register_tracker(queries.tracked)
        register_own_data("objections", queries.whole_objections_of)
