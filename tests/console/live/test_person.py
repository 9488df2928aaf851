"""Who is at the other end of many sockets: asked in a few statements, however many they are."""

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import Group, Permission, User
from django.db.backends.utils import CursorWrapper

from console.live.person import Credential, Person, who_now
from console.sessions import SessionStore
from orders import clients
from orders.models import Token

MANY = 500


def signed_in(user):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return Credential("session", session.session_key)


def with_token(user):
    secret = f"hr_{user.username}"
    Token.objects.create(user=user, digest=clients._digest(secret))
    return Credential("token", secret)


def crowd(count):
    users = User.objects.bulk_create([User(username=f"user{n}", password="!x") for n in range(count)])
    Group.objects.get(name="viewer").user_set.add(*users)
    return [signed_in(user) if n % 2 else with_token(user) for n, user in enumerate(users)]


@pytest.fixture
def statements(monkeypatch):
    """Every statement of either driver."""
    seen, execute, sql = [], CursorWrapper.execute, clients.sql
    monkeypatch.setattr(CursorWrapper, "execute", lambda *args: (seen.append(args[1]), execute(*args))[1])
    monkeypatch.setattr(clients, "sql", lambda name: (seen.append(name), sql(name))[1])
    return seen


async def test_many_sockets_are_looked_after_with_the_statements_of_a_few(database, statements):
    few = await sync_to_async(crowd)(2)
    statements.clear()
    await who_now(few)
    assert len(statements) == 4
    await sync_to_async(User.objects.all().delete)()
    many = await sync_to_async(crowd)(MANY)
    statements.clear()
    people = await who_now(many)
    assert len(statements) == 4
    assert len(people) == MANY
    assert all(person.may("orders.view_order", "jobs.view_job") for person in people.values())


def cast():
    ada = User.objects.create_user("ada")
    ada.groups.add(Group.objects.get(name="viewer"))
    ada.user_permissions.add(Permission.objects.get(codename="add_order"))
    root = User.objects.create_superuser("root")
    nobody = User.objects.create_user("nobody")
    return ada, root, nobody


def by_django(user):
    fresh = User.objects.get(pk=user.pk)
    return Person(fresh.pk, fresh.username, frozenset(fresh.get_all_permissions()))


async def test_everybody_may_what_django_says_they_may(database):
    for user in await sync_to_async(cast)():
        expected = await sync_to_async(by_django)(user)
        for come_in in (signed_in, with_token):
            credential = await sync_to_async(come_in)(user)
            assert await who_now([credential]) == {credential: expected}


async def test_what_opens_nothing_is_nobody(database):
    ada, _root, _nobody = await sync_to_async(cast)()
    foreign = SessionStore()
    foreign[SESSION_KEY], foreign[BACKEND_SESSION_KEY] = str(ada.pk), "elsewhere.Backend"
    empty = SessionStore()
    for session in (foreign, empty):
        await session.acreate()
    wrong = [
        Credential("session", foreign.session_key),
        Credential("session", empty.session_key),
        Credential("session", "guess"),
        Credential("session", ""),
        Credential("token", "hr_guess"),
        Credential("token", ""),
    ]
    assert await who_now(wrong) == dict.fromkeys(wrong, "logged_out")
    assert await who_now([]) == {}


async def test_a_session_outlives_its_secret_key_as_long_as_that_is_a_fallback(database, settings):
    ada, _root, _nobody = await sync_to_async(cast)()
    settings.SECRET_KEY = "the key of yesterday"
    session = await sync_to_async(signed_in)(ada)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "today's", ["older still", "the key of yesterday"]
    person = await sync_to_async(by_django)(ada)
    assert await who_now([session]) == {session: person}
    settings.SECRET_KEY_FALLBACKS = ["older still"]
    assert await who_now([session]) == {session: "password_changed"}
