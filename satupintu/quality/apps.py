from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "satupintu.quality"
    label = "quality"
    verbose_name = "Quality"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.permits.rules import KIND_PERMIT
        from satupintu.quality import services
        from satupintu.workflow.rules import KIND_REPLAYED
        from satupintu.workflow.services import register_reader

        kinds = frozenset({KIND_PERMIT, KIND_REPLAYED})
        register_reader(services.READER, services.read, kinds=kinds, actions=services.FOLDED)
