from django.apps import AppConfig

from satupintu.web import context


class PortalConfig(AppConfig):
    name = "satupintu.portal"
    label = "portal"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the frame of every page where the office, menus and person come from; join permits and the survey."""
        from satupintu.permits import afterwards
        from satupintu.portal import frame, inbox, survey

        context.provide("office", frame.office)
        context.provide("menu", frame.menu)
        context.provide("desk", frame.desk)
        context.provide("folders", inbox.folders)
        context.provide("who", frame.who)
        context.provide("warnings", frame.warnings)
        afterwards.register_survey(afterwards.Survey(survey.invite, survey.open_at))
