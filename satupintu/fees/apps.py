from django.apps import AppConfig


class FeesConfig(AppConfig):
    name = "satupintu.fees"
    label = "fees"
    verbose_name = "Fees"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.fees import proof
        from satupintu.fees.models import ProviderEvent
        from satupintu.lib.proof import add_register
        from satupintu.workflow.services import register_case_check

        register_case_check("fees", proof.case_faults)
        add_register("payment notices", ProviderEvent, *proof.NOTICE)
