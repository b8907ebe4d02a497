from django.apps import AppConfig

from satupintu.web import context


class PortalConfig(AppConfig):
    name = "satupintu.portal"
    label = "portal"
    verbose_name = "Portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the frame of every page where the office, menus and person come from; join permits and the survey."""
        from satupintu.desk import queries as complaints
        from satupintu.desk.queries import consultations
        from satupintu.permits import afterwards, registration
        from satupintu.portal import case_timeline, dialogue, frame, inbox, joined, survey

        context.provide("office", frame.office)
        context.provide("menu", frame.menu)
        context.provide("desk", frame.desk)
        context.provide("folders", inbox.folders)
        context.provide("who", frame.who)
        context.provide("warnings", frame.warnings)
        registration.register_tracker(joined.tracked_complaint)
        registration.register_tracker(joined.tracked_consultation)
        registration.register_list(joined.complaints_of)
        registration.register_list(joined.consultations_of)
        registration.register_finder(joined.found_complaints)
        registration.register_finder(joined.found_consultations)
        registration.register_beside(joined.complaints_about)
        registration.register_beside(case_timeline.beside_case)
        registration.register_own_data("complaints", complaints.whole_complaints_of)
        registration.register_own_data("consultations", consultations.whole_consultations_of)
        dialogue.register()
        afterwards.register_survey(afterwards.Survey(survey.invite, survey.open_at))
