from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "satupintu.people"
    label = "people"
    verbose_name = "People"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.people.held import MARK, make_mark
        from satupintu.web.context import provide

        provide("form_mark", lambda request: (MARK, make_mark(request)))
