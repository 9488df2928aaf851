"""The words for codes, and their translation."""

import ast
import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.utils import translation

from console.words import WORDS, word
from orders.models import OrderState
from tests.console.desk import browser, open_shop, order_in

CATALOGUE = Path(settings.BASE_DIR, "console/locale/zh_Hans/LC_MESSAGES")


def test_every_state_of_an_order_has_a_word():
    assert set(WORDS["order"]) == set(OrderState.values)


def test_an_unknown_code_is_shown_as_it_is():
    assert word("order", "sideways") == "sideways"


@pytest.mark.parametrize("of", WORDS)
def test_every_word_is_translated(of):
    with translation.override("zh-hans"):
        for name in WORDS[of].values():
            assert not str(name).isascii() or str(name) in ("HTTP API", "WebSocket")


def test_every_text_of_the_templates_is_translated():
    known = translated()
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        for text in re.findall(r"{% translate (?:\"(.*?)\"|'(.*?)')(?: as \w+)? %}", template.read_text()):
            assert known.get(text[0] or text[1]), f"{template}: {text}"


@pytest.mark.parametrize("app", ["console", "jobs", "orders"])
def test_every_text_of_the_code_is_translated(app):
    known = {key if isinstance(key, str) else key[0] for key in translated()}
    for module in Path(settings.BASE_DIR, app).rglob("*.py"):
        if "migrations" not in module.parts:
            for node in ast.walk(ast.parse(module.read_text())):
                if isinstance(node, ast.Call) and called(node) in (
                    "_",
                    "gettext",
                    "gettext_lazy",
                    "ngettext",
                ):
                    text = ast.literal_eval(node.args[0])
                    assert text in known, f"{module}: {text}"


def called(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def test_the_compiled_catalogue_is_the_one_in_the_source():
    known = translated()
    source = (CATALOGUE / "django.po").read_text().replace('"\n"', "")
    found = re.findall(r'^(?:msgctxt "(.+)"\n)?msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    assert len(found) > 150
    for context, text, translated_text in found:
        key = f"{context}\x04{unescaped(text)}" if context else unescaped(text)
        assert known[key] == unescaped(translated_text)


def unescaped(text):
    return text.replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")


def translated():
    """msgid → msgstr of the compiled catalogue."""
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        return GNUTranslations(compiled)._catalog


async def test_a_page_speaks_the_browsers_language(database):
    await open_shop()
    order = await order_in()
    viewer = await browser("viewer")
    page = (await viewer.get(f"/orders/{order}/", headers={"accept-language": "zh-CN"})).content.decode()
    assert '<html lang="zh-hans">' in page
    assert "时间线" in page
    assert "已接收" in page


def test_our_words_win_where_django_has_them_too():
    known = translated()
    with (Path(admin.__file__).with_name("locale") / "zh_Hans/LC_MESSAGES/django.mo").open("rb") as compiled:
        djangos = GNUTranslations(compiled)._catalog
    differ = {text for text in known.keys() & djangos.keys() if text and known[text] != djangos[text]}
    assert "Filter" in differ
    with translation.override("zh-hans"):
        assert {text: translation.gettext(text) for text in differ} == {text: known[text] for text in differ}
