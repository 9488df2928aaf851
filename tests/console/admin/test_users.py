"""People: edited without rising. What an administrator lacks, they neither give nor take over."""

import asyncio
from html import unescape

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group, Permission, User
from django.test import AsyncClient
from django.utils import translation

from console.admin.rank import rights
from console.words import word
from jobs import db
from tests.console.admin.rows import address, open_form, send
from tests.console.desk import browser, hire
from tests.orders.desk import rows
from tests.support import eventually

pytestmark = pytest.mark.usefixtures("database")
ADD = "/admin/auth/user/add/"
PASSWORD = "wheel-and-water-5"


def page_of(user: User) -> str:
    return address("auth.user", "change", user.pk)


@sync_to_async
def roles(user: User) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


@sync_to_async
def role(name: str) -> str:
    return str(Group.objects.get(name=name).pk)


@sync_to_async
def above(**fields) -> User:
    """Somebody who holds a permission that no administrator has."""
    user = User.objects.create_user("above", **fields)
    user.user_permissions.add(Permission.objects.get(codename="delete_order"))
    return user


@sync_to_async
def root() -> User:
    return User.objects.create_superuser("root")


async def audited(action: str) -> list[dict]:
    return await rows("SELECT actor, subject, reason, data FROM audit WHERE action = $1 ORDER BY at", action)


async def test_somebody_new_gets_a_password_then_a_role():
    client = await browser("admin")
    new = {"username": "bob", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    answer = await send(client, ADD, **new)
    bob = await User.objects.aget(username="bob")
    assert answer.headers["Location"] == page_of(bob)
    assert await sync_to_async(bob.check_password)(PASSWORD)
    assert (bob.is_staff, bob.is_superuser) == (False, False)
    await send(
        client, page_of(bob), groups=[await role("operator")], email="bob@example.com", reason="new desk"
    )
    assert await roles(bob) == {"operator"}
    (added,), (changed,) = await audited("user.add"), await audited("user.change")
    assert (added["actor"], added["subject"], added["reason"]) == (
        "user:alice",
        f"user:{bob.pk}",
        "admin: added",
    )
    assert changed["reason"] == "new desk"
    assert changed["data"] == {"username": "bob", "active": True, "superuser": False, "roles": ["operator"]}
    assert PASSWORD not in str([added, changed])


async def test_a_weak_password_is_refused():
    client = await browser("admin")
    answer = await send(
        client, ADD, username="bob", usable_password="true", password1="short", password2="short"
    )
    assert "Too short: at least 10 characters." in answer.content.decode()
    assert await User.objects.acount() == 1


async def test_nobody_is_deleted_but_disabled_and_then_signed_out():
    client, bob = await browser("admin"), await hire("bob", "viewer")
    his = AsyncClient()
    await his.aforce_login(bob)
    assert (await his.get("/orders/")).status_code == 200
    assert (await client.post(address("auth.user", "delete", bob.pk), {"post": "yes"})).status_code == 403
    await send(client, page_of(bob), is_active=None)
    assert (await his.get("/orders/")).status_code == 302
    (said,) = await audited("user.change")
    assert (said["reason"], said["data"]["active"]) == ("admin: changed Active", False)


async def test_a_password_an_administrator_sets_ends_the_sessions():
    client, bob = await browser("admin"), await hire("bob", "viewer")
    his = AsyncClient()
    await his.aforce_login(bob)
    page = address("auth.user", "password_change", bob.pk)
    assert (await client.get(page)).status_code == 200
    sent = {"password1": PASSWORD, "password2": PASSWORD, "set-password": "1"}
    assert (await client.post(page, sent)).headers["Location"] == page_of(bob)
    assert await sync_to_async((await User.objects.aget(pk=bob.pk)).check_password)(PASSWORD)
    assert (await his.get("/orders/")).status_code == 302
    (said,) = await audited("user.change")
    assert said["subject"] == f"user:{bob.pk}"
    assert PASSWORD not in str(said)


ESCALATION = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1", "2"], "username": "root"}


async def test_an_administrator_makes_nobody_a_superuser():
    alice, client = await hire("alice", "admin"), AsyncClient()
    await client.aforce_login(alice)
    bob = await hire("bob", "viewer")
    for user in (bob, alice):
        before = await sync_to_async(rights)(user)
        page = (await client.get(page_of(user))).content.decode()
        assert "is_superuser" not in page
        assert "user_permissions" not in page
        assert (await send(client, page_of(user), **ESCALATION)).status_code == 302
        after = await User.objects.aget(pk=user.pk)
        assert (after.is_superuser, after.is_staff, after.username) == (False, False, user.username)
        assert await sync_to_async(rights)(after) == before
    new = {"username": "eve", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    await send(client, ADD, **ESCALATION | new)
    eve = await User.objects.aget(username="eve")
    assert (eve.is_superuser, eve.is_staff, await sync_to_async(rights)(eve)) == (False, False, set())


async def test_a_role_with_more_is_not_given():
    wizard = await Group.objects.acreate(name="wizard")
    await wizard.permissions.aadd(await Permission.objects.aget(codename="delete_order"))
    client, bob = await browser("admin"), await hire("bob", "viewer")
    assert "wizard" not in (await client.get(page_of(bob))).content.decode()
    answer = await send(client, page_of(bob), groups=[str(wizard.pk)])
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()
    assert await roles(bob) == {"viewer"}


async def test_an_administrator_without_the_role_gives_no_role_that_has_more():
    """Somebody with the permissions for users alone cannot make themselves an administrator."""
    clerk, client = await hire("clerk", None), AsyncClient()
    for name in ("view_user", "change_user"):
        await clerk.user_permissions.aadd(await Permission.objects.aget(codename=name))
    await client.aforce_login(clerk)
    answer = await send(client, page_of(clerk), groups=[await role("admin")])
    assert "Select a valid choice" in answer.content.decode()
    assert await roles(clerk) == set()


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(root, id="a superuser"),
        pytest.param(above, id="somebody with a permission more"),
        pytest.param(lambda: above(is_active=False), id="the same, disabled for now"),
    ],
)
async def test_who_may_more_is_looked_at_and_left_alone(who):
    user, client = await who(), await browser("admin")
    page = (await client.get(page_of(user))).content.decode()
    assert user.username in page
    assert 'name="_save"' not in page
    assert (
        await client.post(page_of(user), {"is_active": "", "email": "eve@example.com"})
    ).status_code == 403
    password = address("auth.user", "password_change", user.pk)
    assert (await client.get(password)).status_code == 403
    sent = {"password1": PASSWORD, "password2": PASSWORD, "set-password": "1"}
    assert (await client.post(password, sent)).status_code == 403
    after = await User.objects.aget(pk=user.pk)
    assert (after.password, after.email, after.is_active) == (user.password, user.email, user.is_active)
    assert await rows("SELECT action FROM audit") == []


async def test_a_superuser_gives_what_superusers_have():
    client, bob = AsyncClient(), await hire("bob", "viewer")
    await client.aforce_login(await root())
    assert (await send(client, page_of(bob), is_superuser="on")).status_code == 302
    assert (await User.objects.aget(pk=bob.pk)).is_superuser
    (said,) = await audited("user.change")
    assert said["data"]["superuser"] is True


async def test_nobody_locks_themselves_out():
    alice, client = await hire("alice", "admin"), AsyncClient()
    await client.aforce_login(alice)
    answer = await send(client, page_of(alice), is_active=None)
    assert "take this from yourself" in answer.content.decode()
    one, his = await root(), AsyncClient()
    await his.aforce_login(one)
    answer = await send(his, page_of(one), is_superuser=None)
    assert "take this from yourself" in answer.content.decode()
    assert (await User.objects.aget(pk=one.pk)).is_superuser


async def test_an_administrator_keeps_a_role_that_administers():
    alice, client = await hire("alice", "admin"), AsyncClient()
    await client.aforce_login(alice)
    for groups in (None, [await role("viewer")]):
        answer = await send(client, page_of(alice), groups=groups)
        assert answer.status_code == 200
        assert "take this from yourself" in unescape(answer.content.decode())
        assert await roles(alice) == {"admin"}
    both = [await role("viewer"), await role("admin")]
    assert (await send(client, page_of(alice), groups=both)).status_code == 302
    assert await roles(alice) == {"admin", "viewer"}


async def waits_for_a_row() -> bool:
    """Whether somebody in this database waits for a row that somebody else has locked."""
    waiting = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%auth_user%'"""
    return bool(await db.pool().fetchval(waiting))


TAKEN = {
    "the rank": "UPDATE auth_user SET is_superuser = false WHERE id = $1",
    "the sign-in": "UPDATE auth_user SET is_active = false WHERE id = $1",
    "the row itself": "DELETE FROM auth_user WHERE id = $1",
}


@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("what", ["a change", "a password"])
async def test_of_two_who_take_it_from_each_other_the_second_is_refused(taken, what):
    """The other process is a connection of its own: it has locked the row, and commits while we wait."""
    first, second, client = await root(), await hire("second", None), AsyncClient()
    await User.objects.filter(pk=second.pk).aupdate(is_superuser=True)
    await client.aforce_login(second)
    where = page_of(first) if what == "a change" else address("auth.user", "password_change", first.pk)
    typed = {"is_superuser": None} if what == "a change" else {"password1": PASSWORD, "password2": PASSWORD}
    fields = await open_form(client, where) | typed | {"set-password": "1"}
    async with db.transaction() as tx:
        await tx.conn.execute("SELECT FROM auth_user WHERE id = $1 FOR NO KEY UPDATE", first.pk)
        sent = {name: value for name, value in fields.items() if value is not None}
        asked = asyncio.create_task(client.post(where, sent))
        await eventually(waits_for_a_row)
        if taken == "the row itself":
            await tx.conn.execute("DELETE FROM django_admin_log")
        await tx.conn.execute(TAKEN[taken], second.pk)
    answer = await asked
    assert answer.status_code in (200, 403)
    if answer.status_code == 200:
        assert "change this user any more" in answer.content.decode()
    after = await User.objects.aget(pk=first.pk)
    assert (after.is_superuser, after.password) == (True, first.password)


async def test_of_two_administrators_the_second_is_refused_what_the_first_took():
    first, second, client = await hire("first", "admin"), await hire("second", "admin"), AsyncClient()
    await client.aforce_login(second)
    fields = await open_form(client, page_of(first))
    async with db.transaction() as tx:
        await tx.conn.execute("SELECT FROM auth_user WHERE id = $1 FOR NO KEY UPDATE", first.pk)
        asked = asyncio.create_task(client.post(page_of(first), fields | {"groups": []}))
        await eventually(waits_for_a_row)
        await tx.conn.execute("DELETE FROM auth_user_groups WHERE user_id = $1", second.pk)
    assert "change this user any more" in (await asked).content.decode()
    assert (await roles(first), await roles(second)) == ({"admin"}, set())


async def test_no_page_shows_anything_of_a_password():
    client, bob = await browser("admin"), await hire("bob", "viewer")
    await sync_to_async(bob.set_password)(PASSWORD)
    await bob.asave()
    for page in (page_of(bob), address("auth.user"), address("auth.user", "history", bob.pk)):
        text = (await client.get(page)).content.decode()
        assert "pbkdf2" not in text
        assert bob.password.split("$")[-1][:6] not in text


async def test_roles_are_named_in_the_readers_language():
    carol = await hire("carol", "operator")
    client = await browser("admin")
    with translation.override("zh-hans"):
        operator = word("role", "operator")
    chinese = {"accept-language": "zh-CN"}
    for page in (address("auth.user"), address("auth.user", "change", carol.pk)):
        assert operator in (await client.get(page, headers=chinese)).content.decode(), page
