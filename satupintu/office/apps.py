from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "satupintu.office"
    label = "office"
    verbose_name = "Office"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.lib import proof
        from satupintu.office.models import NumberTaken, OfficeChange

        columns = ("id", "series_id", "year", "seq", "number", "case_id", "at", "by")
        proof.add_register("numbers taken", NumberTaken, *columns)  # the state moves on
        proof.add_register(
            "office changes", OfficeChange, "id", "subject", "before", "after", "by", "at"
        )
