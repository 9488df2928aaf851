"""Who orders what next: the dice decide, nothing here touches a database."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from console.demo.catalogue import CURRENCIES, CUSTOMERS, POCKET_MONEY, PRODUCTS, SCARCE, WALLET, Product
from console.demo.upstream import MAX_WEIGHT
from orders.schema import LineIn, OrderIn

#: Orders too heavy for every carrier that one run makes: each of them waits for a person for ever.
HEAVY_LIMIT = 10

_REGULARS = [customer.code for customer in CUSTOMERS if not customer.poor]
_POOR = [customer.code for customer in CUSTOMERS if customer.poor]


class Mix(NamedTuple):
    """How many of 60 orders in a row are of which kind. ``plain``, ``modest`` and ``rare`` mostly go well."""

    plain: int = 50
    modest: int = 1  # somebody poor buys something small
    rare: int = 2  # one piece of something scarce
    greedy: int = 3  # more of something scarce than there ever is: no stock
    broke: int = 3  # somebody poor wants something dear: no funds
    heavy: int = 1  # more than any carrier takes: needs attention


class Shopper:
    """Deals orders like cards: every kind comes up in each deck, in an order of the dice's choosing."""

    def __init__(self, dice: Random, mix: Mix = Mix()) -> None:  # noqa: B008 (a value)
        self._dice = dice
        self._mix = mix
        self._deck: list[str] = []
        self._heavy = 0

    def next(self) -> OrderIn:
        """The next order of the stream, refusals among them."""
        if not self._deck:
            self._deck = [kind for kind, count in self._mix._asdict().items() for _ in range(count)]
            self._dice.shuffle(self._deck)
        make = {
            "plain": self.plain,
            "modest": self.modest,
            "rare": self.rare,
            "greedy": self.greedy,
            "broke": self.broke,
            "heavy": self.heavy,
        }[self._deck.pop()]
        return make()

    def plain(self) -> OrderIn:
        """One to four ordinary products for somebody who can pay them."""
        currency = self._dice.choice(CURRENCIES)
        goods = [product for product in PRODUCTS if product.currency == currency and not product.scarce]
        basket = self._dice.sample(goods, self._dice.choice((1, 1, 2, 3, 4)))
        return _order(self._regular(), {product: self._dice.randint(1, 3) for product in basket})

    def modest(self) -> OrderIn:
        return _order(self._poor(), {self._pick(lambda price, money: price * 2 <= money): 1})

    def rare(self) -> OrderIn:
        return _order(self._regular(), {self._scarce(): 1})

    def greedy(self) -> OrderIn:
        """More than the shelf ever holds, but not more than the wallet."""
        product = self._scarce()
        affordable = WALLET[product.currency] // product.price
        return _order(self._regular(), {product: min(affordable, SCARCE + self._dice.randint(1, 3))})

    def broke(self) -> OrderIn:
        return _order(self._poor(), {self._pick(lambda price, money: price > money): 1})

    def heavy(self) -> OrderIn:
        """A parcel no carrier takes; a plain order once there were enough of these."""
        if self._heavy >= HEAVY_LIMIT:
            return self.plain()
        self._heavy += 1
        quantity = MAX_WEIGHT + self._dice.randint(1, 50)
        cheap = [p for p in PRODUCTS if not p.scarce and p.price * quantity * 2 <= WALLET[p.currency]]
        return _order(self._regular(), {self._dice.choice(cheap): quantity})

    def _regular(self) -> str:
        return self._dice.choice(_REGULARS)

    def _poor(self) -> str:
        return self._dice.choice(_POOR)

    def _scarce(self) -> Product:
        return self._dice.choice([product for product in PRODUCTS if product.scarce])

    def _pick(self, fits: Callable[[int, int], bool]) -> Product:
        return self._dice.choice(
            [p for p in PRODUCTS if not p.scarce and fits(p.price, POCKET_MONEY[p.currency])]
        )


def _order(customer: str, basket: dict[Product, int]) -> OrderIn:
    currency = next(iter(basket)).currency
    lines = [LineIn(sku=product.sku, quantity=quantity) for product, quantity in basket.items()]
    return OrderIn(customer=customer, currency=currency, lines=lines)
