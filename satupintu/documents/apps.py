from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "satupintu.documents"
    label = "documents"
    verbose_name = "Documents"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.documents.queries import file_faults
        from satupintu.lib import proof

        proof.add_check("stored files", file_faults)
