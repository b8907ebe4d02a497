from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "satupintu.workflow"
    label = "workflow"
    verbose_name = "Workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.workflow import replay

        replay.register()
