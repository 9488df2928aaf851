"""The idempotency keys of orders that brought none, so that the same file again makes no order twice."""

import hashlib
import os
from typing import Literal

from console.intake.twins import Twins
from orders.schema import OrderIn, digest

#: By what an order is known again.
KeyFrom = Literal["key", "reference", "content"]


class Keys:
    """For one run. ``batch`` tells the same content in one month's file from that in the next one's."""

    def __init__(self, batch: str) -> None:
        self._batch = os.fsencode(batch)
        self._twins = Twins()

    def key_of(self, order: OrderIn) -> tuple[str, KeyFrom]:
        """A reference is used once for ever, whatever the file: such an order is the same in every batch.

        Without one, orders of the same content in a batch are told apart by how many came before.
        """
        content = digest(order)
        if order.reference is not None:
            return f"command:{content.hex()}:1", "reference"
        here = hashlib.sha256(self._batch + b"\0" + content).hexdigest()
        return f"command:{here}:{self._twins.count(content)}", "content"

    def close(self) -> None:
        self._twins.close()
