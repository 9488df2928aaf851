"""What the README tells people to type works in the demo it tells them to start."""

import json
import re

from django.utils.translation import gettext, override

from console import bootstrap
from console.demo.catalogue import CUSTOMERS, PRODUCTS
from console.demo.papers import OPERATOR
from console.management.commands.demo import Command
from orders.schema import OrderIn

README = (bootstrap.BASE / "README.md").read_text()
CHINESE = (bootstrap.BASE / "README.zh-Hans.md").read_text()


def test_the_order_to_send_is_one_the_demo_takes() -> None:
    order = OrderIn.model_validate(json.loads(re.search(r"-d '(.+)'", README)[1]))  # type: ignore[index]
    assert order.customer in {customer.code for customer in CUSTOMERS}
    sold = {product.sku: product.currency for product in PRODUCTS}
    assert {sold[line.sku] for line in order.lines} == {order.currency}
    assert f"token_create {OPERATOR}" in README


def test_every_option_of_the_demo_is_in_the_table() -> None:
    parser = Command().create_parser("manage.py", "demo")
    own = {"--port", "--rate", "--for", "--reset", "--json"}
    assert own == set(re.findall(r"^\| `(--\w+)", README, re.MULTILINE))
    assert own < {option for action in parser._actions for option in action.option_strings}


def test_every_link_leads_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (bootstrap.BASE / link).exists(), link


def test_the_chinese_one_has_the_same_commands_code_pictures_and_links() -> None:
    """Words differ; whatever one types, clicks or looks for does not."""
    for sort in (r"```\w*\n.*?```", r"`[^`\n]+`", r'srcset="[^"]+"', r'src="[^"]+"', r"\]\(([^)]+)\)"):
        said, translated = ({*re.findall(sort, text, re.DOTALL)} for text in (README, CHINESE))
        own = {"README.md", "README.zh-Hans.md"}
        assert translated ^ said <= own, sort
    assert [line.count("#") for line in README.splitlines() if line.startswith("#")] == [
        line.count("#") for line in CHINESE.splitlines() if line.startswith("#")
    ]


def test_the_chinese_one_calls_pages_and_states_what_the_console_calls_them() -> None:
    for sort in (r"\*\*(.+?)\*\*", r"(?<!\*)\*([^*\n]+)\*(?!\*)"):
        said, translated = (re.findall(sort, text) for text in (README, CHINESE))
        with override("zh-hans"):
            named = [" → ".join(map(in_the_console, each.split(" → "))) for each in said]
        assert translated == named


def in_the_console(words: str) -> str:
    """A page or state in the reader's language. The README begins a sentence with “dashboard”."""
    return words if words.startswith("`") else gettext("Dashboard" if words == "dashboard" else words)
