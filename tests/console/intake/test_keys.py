"""Orders that brought no key are known again: by reference everywhere, by content within a batch."""

from console.intake.keys import Keys
from orders.schema import OrderIn
from orders.submit import KEY


def order(**more: str) -> OrderIn:
    lines = [{"sku": "TEA", "quantity": 2}]
    return OrderIn.model_validate({"customer": "C001", "currency": "EUR", "lines": lines} | more)


def key(keys: Keys, **more: str) -> str:
    found, _from = keys.key_of(order(**more))
    assert KEY.fullmatch(found)
    return found


def test_the_same_lines_again_in_their_batch_get_the_same_keys_each_another() -> None:
    first, again = Keys("december.ndjson"), Keys("december.ndjson")
    keys = [key(first) for _ in range(3)]
    assert len(set(keys)) == 3
    assert [key(again) for _ in range(3)] == keys


def test_another_line_before_changes_no_key() -> None:
    first, again = Keys("december.ndjson"), Keys("december.ndjson")
    expected = key(first)
    key(again, customer="C002")
    assert key(again) == expected


def test_the_same_content_in_another_batch_is_another_order() -> None:
    names = ["december.ndjson", "january.ndjson", "-", "十二月 (1)", "\udcff", "x" * 255]
    assert len({key(Keys(name)) for name in names}) == len(names)


def test_the_same_content_under_the_same_reference_is_the_same_order_in_every_batch() -> None:
    december, january = Keys("december.ndjson"), Keys("january.ndjson")
    assert key(december, reference="A1") == key(december, reference="A1") == key(january, reference="A1")
    assert key(december, reference="A1") != key(december, reference="A2")
