from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    name = "satupintu.supervision"
    label = "supervision"
    verbose_name = "Supervision"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.permits.registration import (
            register_beside,
            register_conditions,
            register_for_ink,
            register_letters,
            register_list,
            register_own_data,
        )
        from satupintu.permits.rules import KIND_PERMIT
        from satupintu.supervision import proof, queries, reader, rules
        from satupintu.supervision.pages.shown import beside_case, for_ink, own_list
        from satupintu.supervision.services import ACTIONS, ON_PERMITS, following
        from satupintu.workflow.services import (
            CaseKind,
            register_actions,
            register_case_check,
            register_kind,
            register_reader,
        )

        register_kind(
            CaseKind(
                name=rules.KIND_SUPERVISION,
                lifecycle=lambda _case: rules.SUPERVISION,
                actions=ACTIONS,
                page=lambda case: f"/pengawasan/berkas/{case.number}/",
                public_page=lambda case: f"/pengawasan/saya/{case.number}/",
                title=queries.title_of,
            )
        )
        register_actions(KIND_PERMIT, ON_PERMITS)
        register_conditions(queries.printed_conditions)
        register_reader(reader.READER, reader.read, kinds=frozenset({rules.KIND_SUPERVISION}))
        register_reader(
            following.READER,
            following.read,
            kinds=frozenset({KIND_PERMIT}),
            actions=following.FOLLOWED,
        )
        register_case_check("supervision", proof.case_faults)
        register_case_check("conditions", proof.condition_faults)
        register_beside(beside_case)
        register_list(own_list)
        register_for_ink(for_ink)
        register_letters(rules.KIND_SUPERVISION, queries.letter_names)
        register_own_data("supervision", queries.whole_supervision_of)
