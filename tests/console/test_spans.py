"""Lengths of time in words."""

import pytest
from django.utils import translation

from console.spans import span_words

WORDS = [
    (0, "0 ms"),
    (12.4, "12 ms"),
    (999.4, "999 ms"),
    (1_000, "1.0 s"),
    (1_234, "1.2 s"),
    (59_900, "59.9 s"),
    (60_000, "1 min 0 s"),
    (185_000, "3 min 5 s"),
    (7_800_000, "2 h 10 min"),
    (356_400_000, "4 d 3 h"),
]


@pytest.mark.parametrize(("ms", "words"), WORDS)
def test_a_length_of_time_has_two_steps_of_the_clock_at_most(ms, words):
    assert span_words(ms) == words


def test_it_speaks_the_readers_language():
    with translation.override("zh-hans"):
        assert span_words(185_000) == "3 分 5 秒"
