from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "satupintu.messaging"
    label = "messaging"
    verbose_name = "Messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell people where letters of authority are kept: documents lies above it."""
        from satupintu.messaging.letters import (
            store_letter,
        )
        from satupintu.people.services import (
            register_letter_store,
        )

        register_letter_store(store_letter)
