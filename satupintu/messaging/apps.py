from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "satupintu.messaging"
    label = "messaging"
    verbose_name = "Messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell people where letters of authority are kept, and who writes to an old address: both lie above it."""
        from satupintu.messaging import answers, channels, phone
        from satupintu.messaging.accounts import (
            tell_old_address,
        )
        from satupintu.messaging.letters import (
            store_letter,
        )
        from satupintu.people.services import (
            register_address_teller,
            register_letter_store,
        )

        register_letter_store(store_letter)
        register_address_teller(tell_old_address)
        answers.register()
        phone.register()
        channels.transports()  # a setting that makes no sense is said before anything is opened
