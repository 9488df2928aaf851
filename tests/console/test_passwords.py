"""A password: how long it may be and what is said of it, at every form that takes one."""

import pytest
from asgiref.sync import sync_to_async
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.test import AsyncClient
from django.utils import translation

from console.admin.users import NewUser, PasswordOfUser
from console.passwords import LONGEST
from console.views.signin import FirstPassword, NewPassword, SignInForm
from tests.console.desk import hire, with_password

KNOWN = "wheel-and-water-5"
HUGE = "x" * 200_000

#: Each form with what it is made of, and the fields a password is typed into.
FORMS = {
    "signing in": (lambda data: SignInForm(None, data), ["password"]),
    "a change": (
        lambda data: NewPassword(User(username="alice"), data),
        ["old_password", "new_password1", "new_password2"],
    ),
    "a first one": (
        lambda data: FirstPassword(User(username="alice"), data),
        ["new_password1", "new_password2"],
    ),
    "somebody new": (lambda data: NewUser(data | {"username": "bob"}), ["password1", "password2"]),
    "somebody else's": (
        lambda data: PasswordOfUser(User(username="alice"), data),
        ["password1", "password2"],
    ),
}


@pytest.mark.parametrize(("form", "fields"), FORMS.values(), ids=FORMS)
def test_a_password_longer_than_anybody_types_is_refused_unread(db, form, fields, monkeypatch):
    def hashed(*_password, **_more):
        raise AssertionError("it was hashed")

    for place in ("check_password", "make_password"):
        monkeypatch.setattr(f"django.contrib.auth.base_user.{place}", hashed)
    for typed in (HUGE, "x" * (LONGEST + 1)):
        wrong = form(dict.fromkeys(fields, typed))
        assert not wrong.is_valid()
        assert {name: wrong.errors[name] for name in fields} == {
            name: [f"At most {LONGEST} characters."] for name in fields
        }
        assert "maxlength" not in str(wrong[fields[0]])  # what is pasted is not cut without a word


def test_the_longest_is_taken(db):
    word = ("a wheel " * LONGEST)[:LONGEST]
    assert FirstPassword(User(username="alice"), {"new_password1": word, "new_password2": word}).is_valid()


@pytest.mark.parametrize(
    ("typed", "field", "english", "chinese"),
    [
        (("", KNOWN), "new_password1", "Type a new password.", "请输入新密码。"),
        ((KNOWN, ""), "new_password2", "Type the new password once more.", "请再次输入新密码。"),
        ((KNOWN, "other"), "new_password2", "The two are not alike.", "两次输入的密码不一致。"),
        (
            ("wh5-e", "wh5-e"),
            "new_password2",
            "Too short: at least 10 characters.",
            "太短：至少需要 10 个字符。",
        ),
        (
            ("1234567890",) * 2,
            "new_password2",
            "Too common: it is the first that",
            "太常见：这类密码最先被猜到。",
        ),
        (("alice-lovelace",) * 2, "new_password2", "Too much like the username.", "与用户名过于相似。"),
        (("\x00" + KNOWN,) * 2, "new_password1", "Leave out the NUL character.", "请去掉 NUL 字符。"),
    ],
)
def test_what_is_wrong_is_said_in_our_words(typed, field, english, chinese):
    data = dict(zip(("new_password1", "new_password2"), typed, strict=True))
    for language, words in {"en": english, "zh-hans": chinese}.items():
        with translation.override(language):
            form = FirstPassword(User(username="alice-lovelac"), data)
            assert not form.is_valid()
            assert words in " ".join(form.errors[field])


async def test_a_sign_in_says_that_both_do_not_fit_and_counts_no_password_it_did_not_read(database):
    await with_password(await hire("alice", "viewer"), KNOWN)
    browser = AsyncClient()
    page = (await browser.post("/sign-in/", {"username": "alice", "password": HUGE})).content.decode()
    assert f"At most {LONGEST} characters." in page
    assert HUGE not in page
    assert not await AccessAttempt.objects.aexists()
    for typed in ({"username": "alice", "password": "no"}, {"username": "nobody", "password": KNOWN}):
        page = (await browser.post("/sign-in/", typed)).content.decode()
        assert "Name and password do not fit." in page
    page = (await browser.post("/sign-in/", {})).content.decode()
    assert "Type the username." in page
    assert "Type the password." in page
    user = await User.objects.aget()
    assert await sync_to_async(user.check_password)(KNOWN)
