from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "satupintu.exchange"
    label = "exchange"
    verbose_name = "Exchange"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from satupintu.exchange.services import telling
        from satupintu.workflow.services import register_reader

        register_reader(telling.READER, telling.read, kinds=telling.KINDS, actions=telling.FOLLOWED)
