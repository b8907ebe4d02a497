from django.urls import URLPattern, URLResolver, path

from satupintu.portal import views

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("tentang/", views.about, name="about"),
    path("maklumat/", views.pledge, name="pledge"),
    path("kontak/", views.contact, name="contact"),
    path("bahasa/", views.language, name="language"),
    path("tampilan/", views.appearance, name="appearance"),
    path("gaya/", views.style, name="style"),
]
