from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "satupintu.quality"
    label = "quality"
    verbose_name = "Quality"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.quality import services
        from satupintu.workflow.services import register_reader

        register_reader(services.READER, services.read)
