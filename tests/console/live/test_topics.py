"""Names of topics."""

from uuid import UUID

import pytest

from console.live import topics
from console.live.topics import Topic

ID = UUID(int=7)


@pytest.mark.parametrize(
    "name", ["dashboard", "orders", "jobs", "accounts", f"order:{ID}", f"job:{ID}", "account:7"]
)
def test_a_topic_is_written_as_it_was_read(name):
    assert str(topics.parse(name)) == name


def test_one_row_has_one_topic_however_its_id_is_written():
    assert topics.parse(f"order:{ID.hex.upper()}") == Topic("order", str(ID))


@pytest.mark.parametrize(
    "name",
    [
        "account:",
        "account:0",
        "account:-7",
        "account:07",
        "account:9" + 30 * "0",
        f"account:{ID}",
        "account:٧",
    ],
)
def test_an_account_has_a_whole_number_written_in_one_way(name):
    with pytest.raises(topics.UnknownTopic):
        topics.parse(name)


@pytest.mark.parametrize(
    "name", ["", "order", "order:", "orders:", "order:7", f"orders:{ID}", f"dashboard:{ID}", "x", None, 7, {}]
)
def test_anything_else_is_no_topic(name):
    with pytest.raises(topics.UnknownTopic):
        topics.parse(name)


def test_an_account_needs_what_its_transfers_name_too():
    assert topics.parse("account:7").permissions == {"orders.view_account", "orders.view_order"}


def test_the_dashboard_needs_what_both_lists_need():
    assert topics.parse("dashboard").permissions == {"orders.view_order", "jobs.view_job"}
