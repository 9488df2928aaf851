"""js/json.js in a real Chromium: as JSON.parse does it, but for numbers that a browser would change."""

import json
from random import Random

import pytest

from tests.console.desk import open_shop
from tests.console.window import URL, desk

pytestmark = pytest.mark.browser

EXACT = "[9007199254740993,-12345678901234567890123,0.1000000000000000055511151231257827,1.50,1e400,-0]"

COMPARE = """
async (texts) => {
  const {read, write, Literal} = await import("/static/js/json.js");
  const plain = (value) => value instanceof Literal ? Number(value.text)
    : Array.isArray(value) ? value.map(plain)
    : value && typeof value === "object" ? entries(value) : value;
  const entries = (value) =>
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  const tried = (how) => { try { return how(); } catch (error) { return error.name; } };
  return texts.map((text) => [
    tried(() => JSON.stringify(plain(read(text)))), tried(() => JSON.stringify(JSON.parse(text))),
    tried(() => write(read(text))), tried(() => JSON.stringify(JSON.parse(text), null, 2)),
  ]).filter(([one, other, written, indented]) => one !== other || written !== indented);
}
"""

WRITTEN = """
async (text) => {
  const {read, write} = await import("/static/js/json.js");
  return write(read(text)).replace(/\\s/g, "");
}
"""

#: A name like others.
PROTO = ['{"__proto__": [], "b": {}}']
WRONG = [
    "", " ", "[", "[1,]", "{}x", '{"a"}', '{"a":}', "{a:1}", "01", "+1", "1.", ".5", "nul", "NaN",
    '"\n"', '"\\x"', "[1 2]",
]  # fmt: skip


def anything(random, depth=0):
    """A random document whose numbers a browser writes as they are."""
    kind = random.randrange(8 if depth < 5 else 5)
    if kind == 0:
        return random.choice([True, False, None])
    if kind == 1:
        return random.randint(-(2**53), 2**53)
    if kind == 2:
        return random.randint(-1000, 1000) + 0.5
    if kind in (3, 4):
        return "".join(random.choices('aé任"\\/\n\t\x01\u2028😀 {}[],:', k=random.randrange(9)))
    if kind == 5:
        return [anything(random, depth + 1) for _ in range(random.randrange(5))]
    return {anything_named(random): anything(random, depth + 1) for _ in range(random.randrange(5))}


def anything_named(random):
    return random.choice(["__proto__x", "", 'a"b', "constructor", "名"]) + str(random.randrange(9)) + "n"


async def test_it_reads_and_writes_as_the_browser_does(database, chrome):
    await open_shop()
    random = Random(7)
    texts = [json.dumps(anything(random), ensure_ascii=n % 2 == 0, indent=n % 3 or None) for n in range(400)]
    async with desk(chrome) as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/")
        assert await page.evaluate(COMPARE, texts + WRONG + PROTO) == []


async def test_no_digit_is_lost(database, chrome):
    await open_shop()
    async with desk(chrome) as (page, _wire, _asked):
        await page.goto(f"{URL}/orders/")
        assert await page.evaluate(WRITTEN, EXACT) == EXACT
        deep = "[" * 1024 + "]" * 1024
        assert await page.evaluate(WRITTEN, deep) == deep
        with pytest.raises(Exception, match="no JSON at 1024"):
            await page.evaluate(WRITTEN, f"[{deep}]")
