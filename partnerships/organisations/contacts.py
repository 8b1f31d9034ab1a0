"""People whom profiles of organisations name as contact."""

from collections.abc import Collection

from .profile import CONTACT, OrganisationEditing


def forget_contact(editing: OrganisationEditing, names: Collection[str], emails: Collection[str]) -> None:
    """Empty the contact of profiles that name somebody, and of their earlier versions."""
    empty = dict.fromkeys(CONTACT, "")
    editing.profiles.objects.naming(names, emails).update(**empty)
    for field, said in (("contact_name", names), ("contact_email", emails)):
        for version in editing.versions._default_manager.filter(**{f"content__profile__{field}__in": said}):
            version.content["profile"] |= empty
            version.save(update_fields=["content"])
