import pytest
from django.utils import translation

from satupintu.lib.language import current_language


@pytest.mark.parametrize(
    ("active", "said"), [("id", "id"), ("en", "en"), ("en-gb", "en"), ("id-id", "id")]
)
def test_the_reader_has_one_of_two_languages(active, said):
    with translation.override(active):
        assert current_language() == said


def test_where_nothing_is_activated_it_is_indonesian():
    with translation.override(None):
        assert current_language() == "id"
