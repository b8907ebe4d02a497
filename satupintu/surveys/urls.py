from django.urls import URLPattern, URLResolver, path

from satupintu.surveys import counter_views, views

app_name = "surveys"

urlpatterns: list[URLPattern | URLResolver] = [
    path("survei/", views.start, name="start"),
    path("survei/terima-kasih/", views.thanks, name="thanks"),
    path("survei/selesai-tablet/", views.end_tablet, name="end_tablet"),
    path("survei/<str:code>/", views.answer, name="answer"),
    path("loket/survei/", counter_views.counter, name="counter"),
    path("loket/survei/tablet/", views.begin_tablet, name="begin_tablet"),
    path("ringkasan/survei/", counter_views.counts, name="counts"),
]
