"""States look different from each other, with and without colour."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from console.looks import LOOKS, PLAIN, look
from console.words import WORDS

STATIC = Path(settings.BASE_DIR, "console/static")
STATES = ("order", "event", "job", "quote", "transfer", "worker", "outcome")
SPRITE = re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text())


@pytest.mark.parametrize("of", STATES)
def test_no_two_states_of_a_thing_look_the_same_and_none_is_plain(of):
    shapes = [look(code).icon for code in WORDS[of]]
    assert PLAIN.icon not in shapes
    assert len(set(shapes)) == len(shapes)


def test_a_code_without_a_look_of_its_own_is_plain():
    assert look("sideways") == PLAIN


def test_every_shape_is_in_the_sprite_once():
    assert {icon for _tone, icon in LOOKS.values()} | {PLAIN.icon} <= set(SPRITE)
    assert len(set(SPRITE)) == len(SPRITE)


def test_every_shape_a_template_draws_is_in_the_sprite():
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for name in re.findall(r'{% icon "(\w+)" %}', template.read_text()):
            assert name in SPRITE, template


def test_a_selector_has_one_rule():
    rules = re.findall(r"^([^\s@/}][^{}]*?) \{", (STATIC / "app.css").read_text(), re.MULTILINE)
    assert len(rules) > 100
    assert {rule for rule in rules if rules.count(rule) > 1} == set()


# ── contrast (WCAG 2.2: 1.4.3 asks 4.5 for text, 1.4.11 asks 3 for what a control is known by) ──────────────


def values():
    """Name → (light, dark) of the colours in app.css."""
    text = (STATIC / "app.css").read_text()
    return {
        name: (light, dark)
        for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    }


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("ground", "sheet", "raised", "tint")
PAIRS = (
    [(text, ground, 4.5) for text in ("text", "muted", "accent") for ground in GROUNDS]
    + [(tone, f"{tone}-tint", 4.5) for tone in ("good", "bad", "busy", "wait", "idle")]
    + [(tone, "sheet", 4.5) for tone in ("good", "bad", "busy", "wait", "idle")]
    + [("accent-text", "accent", 4.5), ("sheet", "bad", 4.5), ("muted", "idle-tint", 4.5)]
    + [("edge", ground, 3.0) for ground in GROUNDS]
)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS, ids=lambda value: str(value))
def test_what_is_read_stands_out_from_what_it_stands_on(front, back, least, theme):
    colours = values()
    assert contrast(colours[front][theme], colours[back][theme]) >= least
