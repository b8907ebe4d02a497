from django.urls import URLPattern, URLResolver, path

from satupintu.messaging import views

app_name = "messaging"

urlpatterns: list[URLPattern | URLResolver] = [
    path("demo/kotak-masuk/", views.demo_inbox, name="demo_inbox"),
    path("loket/kuasa/<int:authority_id>/", views.authority, name="authority"),
    path(
        "loket/kuasa/<int:authority_id>/surat/<int:page>/",
        views.authority_letter,
        name="authority_letter",
    ),
    path("pesan/", views.by_hand, name="by_hand"),
    path("pesan/<uuid:message_id>/whatsapp/", views.whatsapp, name="whatsapp"),
]
