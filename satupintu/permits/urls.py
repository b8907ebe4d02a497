from django.urls import URLPattern, URLResolver

from satupintu.permits.pages import applicant_urls, officer_urls, public_urls

app_name = "permits"

urlpatterns: list[URLPattern | URLResolver] = [
    *applicant_urls.urlpatterns,
    *officer_urls.urlpatterns,
    *public_urls.urlpatterns,
]
