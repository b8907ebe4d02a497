from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "satupintu.workflow"
    label = "workflow"
    verbose_name = "Workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.lib import proof
        from satupintu.workflow import replay
        from satupintu.workflow.models import TaskDate

        proof.add_register("task dates", TaskDate, "id", "task_id", "after_seq", "due_at", "at")
        replay.register()
