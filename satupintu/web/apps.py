from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "satupintu.web"
    label = "web"
    verbose_name = "Pages and components"
    default_auto_field = "django.db.models.BigAutoField"
