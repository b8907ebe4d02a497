from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "satupintu.people"
    label = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.lib import proof
        from satupintu.people.held import MARK, make_mark
        from satupintu.people.models import AccountEvent, Disclosure
        from satupintu.people.proof import delegation_faults
        from satupintu.web.context import provide

        provide("form_mark", lambda request: (MARK, make_mark(request)))
        proof.add_register(
            "account events", AccountEvent, "id", "at", "event", "by_id", "user_id", "details"
        )
        proof.add_register("disclosures", Disclosure, "id", "user_id", "party_id", "subject", "at")
        proof.add_check("delegations", delegation_faults)
