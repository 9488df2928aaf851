"""The tags of templates: one name, one tag."""

import re
from pathlib import Path

from django.conf import settings
from django.template import engines
from django.template.library import import_library
from django.utils import translation

from console.templatetags.page import count, link, pattern, sentence, vocabulary
from console.words import OF_ADMINISTRATION, WORDS
from tests.console.desk import browser, open_shop, order_in


def test_no_library_that_is_loaded_replaces_a_tag_of_every_page():
    engine = engines["django"].engine
    always = {name for library in engine.template_builtins for name in library.tags}
    loaded = {path for path in engine.libraries.values() if path.startswith("console.")} - {*engine.builtins}
    assert loaded
    for path in loaded:
        assert always & import_library(path).tags.keys() == set(), path


def test_a_pattern_has_a_place_for_a_key_or_for_parameters():
    assert pattern("job", "oldest") == "/jobs/{oldest}/"
    assert pattern("jobs", task="task") == "/jobs/?task={task}"
    assert pattern("jobs", queue="name", state="of") == "/jobs/?queue={name}&state={of}"


def test_a_link_without_an_address_has_none():
    assert " href=" not in link(None, "task", "job")
    assert " href=" not in link({"id": None, "task": ""}, "task", "job")
    assert ' href="/jobs/j1/"' in link({"id": "j1", "task": "t"}, "task", "job")


async def test_the_rows_browsers_clone_have_links_and_no_addresses(database):
    await open_shop()
    order = await order_in()
    client, found = await browser("operator"), 0
    for address in ("/", "/orders/", "/jobs/", f"/orders/{order}/"):
        page = (await client.get(address)).content.decode()
        for row in re.findall("<template>(.*?)</template>", page, re.DOTALL):
            links = re.findall("<a [^>]*data-link[^>]*>", row)
            found += len(links)
            assert [each for each in links if " href" in each] == [], address
    assert found > 5


@translation.override("en")
def test_a_count_past_what_is_counted_says_that_there_are_more(settings):
    settings.USE_THOUSAND_SEPARATOR = True
    assert count({"n": 1_000}, "n", 1_000).endswith(">1,000</span>")
    assert count({"n": 1_001}, "n", 1_000).endswith(">1,000+</span>")
    assert count(None, "n", 1_000).endswith("></span>")


def test_what_is_wrong_stands_at_a_field_as_a_sentence():
    assert sentence("there is no product GHOST") == "There is no product GHOST."
    assert sentence("Choose the currency.") == "Choose the currency."
    with translation.override("zh-hans"):
        assert sentence("没有商品 GHOST") == "没有商品 GHOST。"
        assert sentence("请选择币种。") == "请选择币种。"


def test_a_browser_gets_the_words_of_pages_and_no_others():
    sent = set(re.findall(r'data-of="([^"]+)"', vocabulary()))
    assert sent | OF_ADMINISTRATION == {*WORDS}
    asked = re.compile(rf'{{% (?:badge|named|told|word_for) [^%]*"(?:{"|".join(OF_ADMINISTRATION)})"')
    for template in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        assert not asked.search(template.read_text()), template
