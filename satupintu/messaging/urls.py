from django.urls import URLPattern, URLResolver, path

from satupintu.messaging.pages import (
    authorities,
    browsers,
    by_hand,
    channels,
    chat,
    conversations,
    hooks,
    own,
    persons,
    telephones,
)

app_name = "messaging"

urlpatterns: list[URLPattern | URLResolver] = [
    path("kanal/<slug:name>/", hooks.hook, name="hook"),
    path("kanal/<slug:name>/<path:rest>", hooks.hook, name="hook_path"),
    path("demo/kotak-masuk/", by_hand.demo_inbox, name="demo_inbox"),
    path("loket/kuasa/<int:authority_id>/", authorities.authority, name="authority"),
    path(
        "loket/kuasa/<int:authority_id>/surat/<int:page>/",
        authorities.authority_letter,
        name="authority_letter",
    ),
    path("demo/telepon/", telephones.telephones, name="telephones"),
    path(
        "demo/telepon/<slug:who>/<slug:name>.wav",
        telephones.telephone_sound,
        name="telephone_sound",
    ),
    path("obrolan/", chat.chat, name="chat"),
    path("obrolan/langsung/", chat.chat_live, name="chat_live"),
    path("akun/kabar/", own.way, name="own_way"),
    path("akun/kabar/peramban/", browsers.turn, name="browser"),
    path("pekerja-kabar.js", browsers.worker, name="push_worker"),
    path("pengaturan/saluran/", channels.channel_list, name="channels"),
    path("pengaturan/saluran/periksa/", channels.check, name="channels_check"),
    path("pengaturan/saluran/<slug:name>/uji/", channels.send_test, name="channel_test"),
    path("pengaturan/kalimat/", channels.text_list, name="texts"),
    path("pengaturan/kalimat/<str:key>/", channels.text, name="text"),
    path("percakapan/", conversations.conversation_list, name="conversations"),
    path("percakapan/catat/", conversations.write_down, name="write_down"),
    path("percakapan/<uuid:conversation_id>/", conversations.conversation, name="conversation"),
    path(
        "percakapan/<uuid:conversation_id>/langsung/",
        conversations.conversation_live,
        name="conversation_live",
    ),
    path(
        "percakapan/<uuid:conversation_id>/berkas/<uuid:document_id>/",
        conversations.conversation_file,
        name="conversation_file",
    ),
    path("percakapan/<uuid:conversation_id>/orang/", persons.same_person, name="same_person"),
    path(
        "percakapan/<uuid:conversation_id>/<slug:what>/",
        conversations.conversation_act,
        name="conversation_act",
    ),
    path("pesan/", by_hand.by_hand, name="by_hand"),
    path("pesan/<uuid:message_id>/whatsapp/", by_hand.whatsapp, name="whatsapp"),
]
