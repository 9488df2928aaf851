import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from console.roles import ROLES, keep_roles


def names_of(role):
    return {
        f"{permission.content_type.app_label}.{permission.codename}"
        for permission in Permission.objects.filter(group__name=role).select_related("content_type")
    }


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_permission_of_a_role_exists_and_is_given(role):
    assert names_of(role) == set(ROLES[role])


@pytest.mark.django_db
def test_a_role_that_was_changed_by_hand_is_put_right_by_the_next_migration():
    viewer = Group.objects.get(name="viewer")
    viewer.permissions.clear()
    viewer.permissions.add(Permission.objects.get(codename="delete_order"))
    call_command("migrate", verbosity=0)
    assert names_of("viewer") == set(ROLES["viewer"])


@pytest.mark.django_db
def test_keeping_the_roles_twice_changes_nothing():
    keep_roles()
    assert Group.objects.count() == len(ROLES)


def test_each_role_holds_all_of_the_one_before_it():
    viewer, operator, admin = ROLES.values()
    assert set(viewer) < set(operator) < set(admin)
