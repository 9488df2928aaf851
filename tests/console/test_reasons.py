"""Stored reasons, for readers of another language."""

import time

import pytest
from django.utils import translation
from playwright.async_api import expect

from console.reasons import SENTENCES, said
from orders.rules.secure import Wallet, Wanted, decide
from tests.console.desk import open_shop, order_in
from tests.console.test_detail_live import order_now
from tests.console.window import URL, desk

TOLD = {
    "one": ("no funds: 1234.50 EUR wanted, 0.00 EUR available", "资金不足：需要 1,234.50 EUR，可用 0.00 EUR"),
    "several": (
        "no stock of TEA: 3 wanted, 1 left; no stock of POT: 2 wanted, 0 left",
        "TEA 库存不足：需要 3，剩余 1；POT 库存不足：需要 2，剩余 0",
    ),
    "around another's words": (
        "no carrier gave a quote in 5 rounds; the last time swift: answered 422: too {heavy}; steady: no",
        "5 轮询价均无承运商报价；最后一次：swift: answered 422: too {heavy}；steady: no",
    ),
    "what carriers answered": (
        "no quote: swift: no answer within 5 s; steady: answered 503",
        "没有报价：swift: 5 秒内没有应答；steady: answered 503",
    ),
    "nobody is asked": ("asking nobody", "没有可询价的承运商"),
    "a broken round": ("the asking was broken off", "询价已中断"),
    "those who are asked": ("asking swift, steady", "正在询价：swift, steady"),
    "a step": ("quote failed for good: NoQuote: none", "quote 最终失败：NoQuote: none"),
    "of several who answered": (
        "no carrier gave a quote in 5 rounds; the last time swift, steady: no answer within 2 s; "
        "flaky: asking failed: ConnectError",
        "5 轮询价均无承运商报价；最后一次：swift, steady: 2 秒内没有应答；flaky: 询价失败：ConnectError",
    ),
    "one that begins like another": ("asking failed: ConnectError", "询价失败：ConnectError"),
    "a person's words": ("Ada rang; she walks home", "Ada rang; she walks home"),
    "a person's words that are like ours": ("asking for a refund", "asking for a refund"),
    "others like ours": ("the other shop was cheaper", "the other shop was cheaper"),
    "none": ("", ""),
}


@pytest.mark.parametrize(("kept", "told"), TOLD.values(), ids=TOLD)
def test_a_reason_is_told_in_the_readers_language(kept, told):
    assert said(kept) == kept.replace("1234.50", "1,234.50")
    with translation.override("zh-hans"):
        assert said(kept) == told


def test_what_orders_are_refused_with_is_known():
    wanted = Wanted(1, 1, "Ada", "EUR", 900, {"TEA": 3})
    poor = {(1, "EUR"): Wallet(1, 100)}
    with translation.override("zh-hans"):
        for wallets, revenue in ((poor, {"EUR": 2}), ({}, {})):
            (decision,) = decide([wanted], {"TEA": 1}, wallets, revenue)
            for reason in decision.refusal.split("; "):
                assert said(reason) != reason


@pytest.mark.parametrize("again", [": x wanted, ", " has no ", " wanted, ", "; ", ", ", " failed for good: "])
def test_a_long_text_that_is_nearly_ours_is_not_tried_in_every_way(again):
    """One that were would take minutes: the places of a sentence may not each take anything."""
    for begin in ("no stock of ", "no funds: ", "asking ", ""):
        kept = (begin + again * 20_000)[:20_000] + "?"
        began = time.process_time()
        said(kept)
        assert time.process_time() - began < 2


@pytest.mark.browser
async def test_the_browser_tells_a_reason_likewise_and_writes_amounts_out(database, chrome, settings):
    settings.LANGUAGE_CODE = "zh-hans"
    await open_shop()
    order = await order_in()
    async with desk(chrome) as (page, wire, _asked):
        await page.goto(f"{URL}/orders/{order}/")
        await wire.command()
        found = await order_now(order)
        place = page.locator("[data-when=reason] [data-field=reason]")
        for seq, (kept, told) in enumerate(TOLD.values()):
            wire.tell(
                "event" if seq else "snapshot", f"order:{order}", seq, {"order": found | {"reason": kept}}
            )
            await expect(place).to_have_text(told.replace("1234.50", "1,234.50"))


def test_every_place_of_a_sentence_is_in_its_translation():
    with translation.override("zh-hans"):
        for sentence in SENTENCES:
            assert said(sentence).count("{") == sentence.count("{"), sentence


@pytest.mark.parametrize(
    "kept",
    [
        pytest.param("x; " + "no quote: : " * 300, id="answers within answers"),
        pytest.param("no funds: " + "9" * 5_000 + " EUR wanted, 1 available", id="more digits than are read"),
        pytest.param("no funds: 5 EUR wanted, 3 EUR available", id="no cents"),
        pytest.param("no funds: ٣٣.٣٣ EUR wanted, 3.00 EUR available", id="other digits"),
    ],
)
def test_what_is_nearly_ours_is_told_as_it_is(kept):
    assert said(kept) == kept
