from django.urls import URLPattern, URLResolver, path

from satupintu.messaging import (
    channel_pages,
    chat,
    console,
    conversation_pages,
    hooks,
    own_pages,
    views,
)

app_name = "messaging"

urlpatterns: list[URLPattern | URLResolver] = [
    path("kanal/<slug:name>/", hooks.hook, name="hook"),
    path("kanal/<slug:name>/<path:rest>", hooks.hook, name="hook_path"),
    path("demo/kotak-masuk/", views.demo_inbox, name="demo_inbox"),
    path("loket/kuasa/<int:authority_id>/", views.authority, name="authority"),
    path(
        "loket/kuasa/<int:authority_id>/surat/<int:page>/",
        views.authority_letter,
        name="authority_letter",
    ),
    path("demo/telepon/", console.telephones, name="telephones"),
    path("obrolan/", chat.chat, name="chat"),
    path("akun/kabar/", own_pages.way, name="own_way"),
    path("pengaturan/saluran/", channel_pages.channel_list, name="channels"),
    path("pengaturan/saluran/periksa/", channel_pages.check, name="channels_check"),
    path("pengaturan/saluran/<slug:name>/uji/", channel_pages.send_test, name="channel_test"),
    path("pengaturan/kalimat/", channel_pages.text_list, name="texts"),
    path("pengaturan/kalimat/<str:key>/", channel_pages.text, name="text"),
    path("percakapan/", conversation_pages.conversation_list, name="conversations"),
    path("percakapan/catat/", conversation_pages.write_down, name="write_down"),
    path(
        "percakapan/<uuid:conversation_id>/", conversation_pages.conversation, name="conversation"
    ),
    path(
        "percakapan/<uuid:conversation_id>/berkas/<uuid:document_id>/",
        conversation_pages.conversation_file,
        name="conversation_file",
    ),
    path(
        "percakapan/<uuid:conversation_id>/<slug:what>/",
        conversation_pages.conversation_act,
        name="conversation_act",
    ),
    path("pesan/", views.by_hand, name="by_hand"),
    path("pesan/<uuid:message_id>/whatsapp/", views.whatsapp, name="whatsapp"),
]
