"""Whoever set ORDER_STEPS sees at the start that it was taken."""

from console import own_steps


def test_steps_are_named_in_their_order(settings):
    settings.ORDER_STEPS = ["shop.tasks.wrap", "shop.tasks.weigh"]
    assert own_steps.line() == "Every order goes through shop.tasks.wrap → shop.tasks.weigh"


def test_where_there_is_none_nothing_is_said(settings):
    settings.ORDER_STEPS = []
    assert own_steps.line() == ""
