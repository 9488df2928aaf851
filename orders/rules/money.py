"""Money: whole minor units and an ISO 4217 currency. Never a float."""

import re

#: The largest amount one line, order or transfer may have, in minor units: far inside a bigint.
MAX_AMOUNT = 10**15

_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND".split()  # noqa: SIM905
_TWO_DECIMALS = (  # noqa: SIM905
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR "
    "MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD "
    "SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR "
    "ZMW ZWG"
).split()

#: Decimals of each currency (ISO 4217, those with 0, 2 or 3).
DECIMALS: dict[str, int] = (
    dict.fromkeys(_NO_DECIMALS, 0) | dict.fromkeys(_TWO_DECIMALS, 2) | dict.fromkeys(_THREE_DECIMALS, 3)
)

_AMOUNT = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,3}))?", re.ASCII)


class MoneyError(ValueError):
    """An amount or a currency that cannot be read; its message says why."""


def decimals(currency: str) -> int:
    """Digits after the point: 0 for JPY, 2 for EUR, 3 for KWD. Raises MoneyError for an unknown currency."""
    try:
        return DECIMALS[currency]
    except KeyError:
        raise MoneyError(f"unknown currency {currency}") from None


def parse(text: str, currency: str) -> int:
    """``"12.34"``, ``"EUR"`` → 1234 minor units.

    Raises MoneyError for what is no plain decimal number, or has more decimals than the currency.
    """
    places = decimals(currency)
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise MoneyError(f"{text!r} is not an amount")
    sign, whole, fraction = match[1], match[2], match[3] or ""
    if len(fraction) > places:
        raise MoneyError(f"{currency} has {places} decimals")
    amount = int(whole + fraction.ljust(places, "0"))
    if amount > MAX_AMOUNT:
        raise MoneyError(f"{text!r} is too large an amount")
    return -amount if sign else amount


def text(amount: int, currency: str) -> str:
    """1234, ``"EUR"`` → ``"12.34"``. A currency nobody knows is shown with two decimals."""
    places = DECIMALS.get(currency, 2)
    sign, digits = "-" if amount < 0 else "", str(abs(amount)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def words(amount: int, currency: str) -> str:
    """1234, ``"EUR"`` → ``"12.34 EUR"``."""
    return f"{text(amount, currency)} {currency}"
