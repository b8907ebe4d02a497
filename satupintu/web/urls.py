"""No addresses of its own: `web` is the frame, the pages are the domains'."""

from django.urls import URLPattern, URLResolver

app_name = "web"

urlpatterns: list[URLPattern | URLResolver] = []
