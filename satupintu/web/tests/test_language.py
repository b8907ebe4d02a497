"""Indonesian unless the person chose English."""

import pytest
from django import forms
from django.test import Client
from django.utils.translation import override


@pytest.mark.parametrize(
    ("cookie", "wish", "spoken"),
    [("", "en-US,en;q=0.9", "id"), ("en", "id", "en"), ("id", "en", "id"), ("xx", "en", "id")],
)
def test_the_language_follows_the_choice_not_the_telephone(
    db: None, client: Client, cookie: str, wish: str, spoken: str
) -> None:
    if cookie:
        client.cookies["bahasa"] = cookie

    response = client.get("/tentang/", headers={"accept-language": wish})

    assert response.headers["Content-Language"] == spoken
    assert f'lang="{spoken}"' in response.content.decode()


def test_what_django_says_of_a_field_is_said_in_our_words() -> None:
    class Sample(forms.Form):
        name = forms.CharField()
        email = forms.EmailField()
        days = forms.IntegerField(max_value=5)

    with override("id"):
        wrong = Sample({"name": "", "email": "sari", "days": "9"}).errors
        with_words = {name: list(texts) for name, texts in wrong.items()}
    with override("en"):
        english = list(Sample({"name": ""}).errors["name"])

    assert with_words == {
        "name": ["Isi bagian ini."],
        "email": ["Tulis alamat surel yang benar, misalnya nama@contoh.id."],
        "days": ["Paling banyak 5."],
    }
    assert english == ["This field is required."]
