"""Addresses for everybody: is this permit genuine, and which permits are in force."""

from django.urls import URLPattern, URLResolver, path

from satupintu.permits.pages import public, public_form, public_register

urlpatterns: list[URLPattern | URLResolver] = [
    path("cek/", public.check, name="check"),
    path("cek/<str:code>/", public.check_code, name="check_code"),
    path("layanan/<slug:code>/formulir.pdf", public_form.blank, name="blank_form"),
    path("register/", public_register.register, name="register"),
]
