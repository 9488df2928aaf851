"""The domain's tables. Stock, Balance, Order, Transfer and what hangs on them: written by orders/sql only."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OrderState(models.TextChoices):
    RECEIVED = "received", _("received")
    SECURED = "secured", _("secured")
    FULFILLING = "fulfilling", _("fulfilling")
    FULFILLED = "fulfilled", _("fulfilled")
    REJECTED = "rejected", _("rejected")
    EXPIRED = "expired", _("expired")
    CANCELLED = "cancelled", _("cancelled")
    FAILED = "failed", _("failed")


class Product(models.Model):
    """What can be ordered. Its price is in minor units of its currency."""

    sku = models.TextField(primary_key=True)
    name = models.TextField()
    currency = models.CharField(max_length=3)
    price = models.BigIntegerField(help_text=_("minor units"))
    active = models.BooleanField(db_default=True, default=True)

    class Meta:
        db_table = "product"
        verbose_name, verbose_name_plural = _("product"), _("products")
        ordering = ["sku"]
        constraints = [models.CheckConstraint(name="product_price", condition=models.Q(price__gt=0))]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Stock(models.Model):
    """Units of one product. 0 ≤ reserved ≤ on_hand, enforced by the database."""

    sku = models.TextField(primary_key=True)
    on_hand = models.BigIntegerField(db_default=0)
    reserved = models.BigIntegerField(db_default=0)
    version = models.BigIntegerField(db_default=1)

    class Meta:
        db_table = "stock"
        verbose_name, verbose_name_plural = _("stock"), _("stock")
        constraints = [
            models.CheckConstraint(
                name="stock_never_oversold",
                condition=models.Q(reserved__gte=0, on_hand__gte=models.F("reserved")),
            )
        ]

    def __str__(self) -> str:
        return self.sku


class Customer(models.Model):
    code = models.TextField(unique=True)
    name = models.TextField()
    email = models.EmailField(blank=True, db_default="")
    active = models.BooleanField(db_default=True, default=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "customer"
        verbose_name, verbose_name_plural = _("customer"), _("customers")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Account(models.Model):
    """A place money lies in: a customer's wallet, or one of the house's (``cash:EUR``, ``revenue:EUR``)."""

    code = models.TextField(unique=True, help_text=_("wallet:C001:EUR, revenue:EUR, cash:EUR"))
    name = models.TextField()
    currency = models.CharField(max_length=3)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="accounts")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "account"
        verbose_name, verbose_name_plural = _("account"), _("accounts")
        ordering = ["code"]
        permissions = [("check_ledger", "Can run the ledger check")]
        constraints = [
            models.UniqueConstraint("customer", "currency", name="account_one_wallet_a_currency"),
        ]
        indexes = [models.Index("currency", "code", name="account_by_currency")]

    def __str__(self) -> str:
        return self.code


class Balance(models.Model):
    """What an account holds, in minor units: posted = credits − debits; held = pending debits.

    The database refuses posted − held below the floor; no floor (NULL) is for the house's own accounts.
    """

    account = models.BigIntegerField(primary_key=True)
    posted = models.BigIntegerField(db_default=0)
    held = models.BigIntegerField(db_default=0)
    floor = models.BigIntegerField(null=True, db_default=0)
    version = models.BigIntegerField(db_default=1)

    class Meta:
        db_table = "balance"
        verbose_name, verbose_name_plural = _("balance"), _("balances")
        constraints = [
            models.CheckConstraint(name="balance_held", condition=models.Q(held__gte=0)),
            models.CheckConstraint(
                name="balance_no_overdraft",
                condition=models.Q(floor__isnull=True)
                | models.Q(posted__gte=models.F("held") + models.F("floor")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.account)


class Transfer(models.Model):
    """Money from one account to another. Never changed but once: pending → posted, voided or expired."""

    id = models.UUIDField(primary_key=True)
    debit = models.BigIntegerField(help_text=_("account it leaves"))
    credit = models.BigIntegerField(help_text=_("account it reaches"))
    amount = models.BigIntegerField(help_text=_("minor units, positive"))
    currency = models.CharField(max_length=3)
    state = models.TextField(db_default="posted")
    order = models.UUIDField(null=True, db_column="order_id")
    key = models.TextField(  # noqa: DJ001 - unique where there is one
        null=True, help_text=_("idempotency key, scoped to the actor")
    )
    actor = models.TextField()
    reason = models.TextField(db_default="")
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "transfer"
        verbose_name, verbose_name_plural = _("transfer"), _("transfers")
        permissions = [("make_transfer", "Can transfer money between accounts")]
        constraints = [
            models.CheckConstraint(name="transfer_amount", condition=models.Q(amount__gt=0)),
            models.CheckConstraint(
                name="transfer_two_accounts", condition=~models.Q(debit=models.F("credit"))
            ),
            models.CheckConstraint(
                name="transfer_state",
                condition=models.Q(state__in=["pending", "posted", "voided", "expired"]),
            ),
            models.UniqueConstraint("actor", "key", name="transfer_once_a_key"),
        ]
        indexes = [
            models.Index("debit", models.F("id").desc(), name="transfer_debit"),
            models.Index("credit", models.F("id").desc(), name="transfer_credit"),
            models.Index("order", name="transfer_order", condition=models.Q(order__isnull=False)),
            models.Index("state", name="transfer_pending", condition=models.Q(state="pending")),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Order(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True, help_text=_("for people; from the sequence order_number"))
    client = models.BigIntegerField(help_text=_("the Django user it came from"))
    external_ref = models.TextField(  # noqa: DJ001 - unique where there is one
        null=True, help_text=_("the client's own name for it, once for ever")
    )
    customer = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField(help_text=_("minor units"))
    state = models.TextField(choices=OrderState.choices, db_default=OrderState.RECEIVED)
    reason = models.TextField(db_default="", help_text=_("why it was refused, in words"))
    attention = models.TextField(db_default="", help_text=_("why a person is needed, in words"))
    door = models.TextField(db_default="", help_text=_("form, api, socket, file, command"))
    version = models.BigIntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "orders"
        verbose_name, verbose_name_plural = _("order"), _("orders")
        constraints = [
            models.CheckConstraint(name="order_state", condition=models.Q(state__in=OrderState.values)),
            models.CheckConstraint(name="order_total", condition=models.Q(total__gt=0)),
            models.UniqueConstraint("external_ref", "client", name="order_once_a_reference"),
        ]
        indexes = [
            models.Index("state", "id", name="order_by_state"),
            models.Index("customer", "state", "id", name="order_by_customer"),
            models.Index("door", "state", "id", name="order_by_door"),
            models.Index("state", "id", name="order_by_attention", condition=~models.Q(attention="")),
            models.Index("state", "updated_at", "id", name="order_by_update"),
            models.Index("state", "currency", "total", "id", name="order_by_total"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"


class OrderLine(models.Model):
    order = models.UUIDField(db_column="order_id")
    position = models.SmallIntegerField()
    sku = models.TextField()
    quantity = models.BigIntegerField()
    unit_price = models.BigIntegerField(help_text=_("minor units"))
    amount = models.BigIntegerField(help_text=_("minor units"))

    class Meta:
        db_table = "order_line"
        verbose_name, verbose_name_plural = _("line of an order"), _("lines of orders")
        constraints = [
            models.UniqueConstraint("order", "position", name="order_line_position"),
            models.CheckConstraint(name="order_line_quantity", condition=models.Q(quantity__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class OrderEvent(models.Model):
    """One move of an order: its append-only timeline."""

    order = models.UUIDField(db_column="order_id")
    at = models.DateTimeField(db_default=Now())
    state = models.TextField(help_text=_("the state it moved to"))
    actor = models.TextField(help_text=_("user:name, task:name, command:name"))
    reason = models.TextField(db_default="")
    data = models.JSONField(db_default={})

    class Meta:
        db_table = "order_event"
        verbose_name, verbose_name_plural = _("event of a timeline"), _("timelines")
        indexes = [models.Index("order", "id", name="order_event_order")]

    def __str__(self) -> str:
        return f"{self.order} {self.state}"


class Reservation(models.Model):
    order = models.UUIDField(db_column="order_id")
    sku = models.TextField()
    quantity = models.BigIntegerField()
    state = models.TextField(db_default="active", help_text=_("active, consumed, released"))

    class Meta:
        db_table = "reservation"
        verbose_name, verbose_name_plural = _("reservation"), _("reservations")
        constraints = [
            models.UniqueConstraint("order", "sku", name="reservation_once"),
            models.CheckConstraint(
                name="reservation_state", condition=models.Q(state__in=["active", "consumed", "released"])
            ),
        ]
        indexes = [models.Index("sku", name="reservation_active", condition=models.Q(state="active"))]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class Quote(models.Model):
    """One question to one carrier for one order, written down before it is asked."""

    id = models.UUIDField(primary_key=True)
    order = models.UUIDField(db_column="order_id")
    round = models.IntegerField(help_text=_("the job's attempt"))
    carrier = models.TextField()
    state = models.TextField(db_default="asked", help_text=_("asked, won, cancelled, failed"))
    price = models.BigIntegerField(null=True, help_text=_("minor units"))
    currency = models.CharField(max_length=3, db_default="")
    detail = models.TextField(db_default="")
    asked_at = models.DateTimeField(db_default=Now())
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "quote"
        verbose_name, verbose_name_plural = _("quote"), _("quotes")
        constraints = [
            models.UniqueConstraint("order", "round", "carrier", name="quote_once_a_round"),
            models.CheckConstraint(
                name="quote_state", condition=models.Q(state__in=["asked", "won", "cancelled", "failed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.state}"


class IdempotencyKey(models.Model):
    """One space over all doors: same key and same order, same answer."""

    client = models.BigIntegerField()
    key = models.TextField()
    digest = models.BinaryField(help_text=_("SHA-256 over the validated, canonical order"))
    order = models.UUIDField(db_column="order_id")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "idempotency_key"
        constraints = [models.UniqueConstraint("client", "key", name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key


class Audit(models.Model):
    """Who did what and why. Append-only and hash-chained by trigger, one chain a shard."""

    chain = models.SmallIntegerField()
    at = models.DateTimeField(db_default=Now())
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    reason = models.TextField(db_default="")
    data = models.JSONField(db_default={})
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        db_table = "audit"
        verbose_name, verbose_name_plural = _("row of the audit"), _("audit")
        indexes = [
            models.Index("chain", "id", name="audit_chain_order"),
            models.Index("subject", "id", name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.action} {self.subject}"


class AuditChain(models.Model):
    """The head of each chain of the audit."""

    chain = models.SmallIntegerField(primary_key=True)
    head = models.BinaryField()
    length = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "audit_chain"
        verbose_name, verbose_name_plural = _("chain of the audit"), _("chains of the audit")

    def __str__(self) -> str:
        return str(self.chain)


class OrderCount(models.Model):
    """Orders in each state, kept by trigger on the order table; sum over the shards."""

    state = models.TextField()
    shard = models.SmallIntegerField()
    count = models.BigIntegerField(db_default=0)

    class Meta:
        db_table = "order_count"
        constraints = [models.UniqueConstraint("state", "shard", name="order_count_key")]

    def __str__(self) -> str:
        return self.state


class OrderMinute(models.Model):
    """Orders that entered a state in a minute, kept by the same trigger, and how long that took them."""

    minute = models.DateTimeField()
    state = models.TextField()
    shard = models.SmallIntegerField()
    count = models.BigIntegerField(db_default=0)
    took_spread = ArrayField(models.IntegerField(), db_default=[])

    class Meta:
        db_table = "order_minute"
        constraints = [models.UniqueConstraint("minute", "state", "shard", name="order_minute_key")]

    def __str__(self) -> str:
        return f"{self.minute} {self.state}"


class Token(models.Model):
    """An integrator's bearer token. Only the SHA-256 of it is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.TextField(blank=True, db_default="")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "token"
        verbose_name, verbose_name_plural = _("token"), _("tokens")

    def __str__(self) -> str:
        return self.name or str(self.id)
