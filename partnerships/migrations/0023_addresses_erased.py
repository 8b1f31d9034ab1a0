"""What is kept of the address of a city's letter is a hash, once the address is erased."""

from django.db import migrations, models
from django.db.models import Q

from partnerships.city_invitations.models import hashed


def hash_addresses(apps, schema_editor):
    """Of the letters that are there already."""
    letters = apps.get_model("partnerships", "CityInvitation").objects
    for number, email in letters.exclude(email="").values_list("pk", "email"):
        letters.filter(pk=number).update(address_hash=hashed(email))


class Migration(migrations.Migration):

    dependencies = [
        ("partnerships", "0022_declarations_in_directories"),
    ]

    operations = [
        migrations.AddField(
            model_name="cityinvitation",
            name="address_hash",
            field=models.CharField(blank=True, db_index=True, default="", editable=False, max_length=64, verbose_name="hash of the address"),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("cityinvitation", "sent_city_invitation_has_address"),
        migrations.RunPython(hash_addresses, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            "cityinvitation",
            models.CheckConstraint(
                condition=~Q(state="sent") | ~Q(address_hash=""), name="sent_city_invitation_has_address"
            ),
        ),
        migrations.AlterField(
            model_name="cityinvitation",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="Where the letter went. Erased when the city joins, or after 30 days.",
                max_length=254,
                verbose_name="e-mail",
            ),
        ),
        migrations.AlterField(
            model_name="businessinvitation",
            name="email",
            field=models.EmailField(
                blank=True,
                help_text="Where the letter goes. Erased 30 days after the invitation ended.",
                max_length=254,
                verbose_name="e-mail",
            ),
        ),
    ]
