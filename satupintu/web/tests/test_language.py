"""Indonesian unless the person chose English."""

import pytest
from django.test import Client


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
