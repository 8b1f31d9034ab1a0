"""Partnerships. Their history is only ever added to; triggers count what the register shows (DataVersion)."""

import accounts.membership
import django.db.models.deletion
import django.utils.timezone
import partnerships.partnership.models
from django.conf import settings
from django.db import migrations, models


REFUSE = """
CREATE FUNCTION history_of_partnerships_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The history of partnerships is only ever added to.'
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON partnerships_partnershipchange
    FOR EACH ROW EXECUTE FUNCTION history_of_partnerships_is_append_only();
"""
ALLOW = """
DROP TRIGGER append_only ON partnerships_partnershipchange;
DROP FUNCTION history_of_partnerships_is_append_only();
"""
TABLES = ["partnership", "partnership_topics", "partnership_projects"]


def trigger(table):
    return f"""
CREATE TRIGGER count_data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON partnerships_{table}
FOR EACH STATEMENT EXECUTE FUNCTION count_data_version('partnerships');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cities', '0008_demonstration_parts'),
        ('partnerships', '0013_weights_preview'),
        ('projects', '0002_history_and_versions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('exploring', 'exploring'), ('negotiating', 'negotiating'), ('memorandum', 'memorandum signed'), ('active', 'active'), ('ended', 'ended')], default='exploring', max_length=12, verbose_name='stage')),
                ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun')),
                ('confirmed_at', models.DateTimeField(blank=True, help_text='By the side that did not begin it. What grows of an accepted interest is confirmed.', null=True, verbose_name='confirmed')),
                ('next_step', models.CharField(blank=True, max_length=300, verbose_name='next step')),
                ('next_step_on', models.DateField(blank=True, null=True, verbose_name='next step until')),
                ('one_shows', models.BooleanField(default=False, verbose_name='the one side shows it')),
                ('other_shows', models.BooleanField(default=False, verbose_name='the other side shows it')),
                ('public_since', models.DateTimeField(blank=True, help_text='Set while both sides show it.', null=True, verbose_name='public since')),
                ('is_demonstration', models.BooleanField(default=False, verbose_name='demonstration data')),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                ('begun_for', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.party', verbose_name='begun for the side')),
                ('interest', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='partnerships', to='partnerships.interest', verbose_name='expression of interest')),
                ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.party', verbose_name='one side')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.party', verbose_name='other side')),
                ('projects', models.ManyToManyField(blank=True, related_name='partnerships', to='projects.project', verbose_name='projects')),
                ('topics', models.ManyToManyField(blank=True, related_name='+', to='cities.topic', verbose_name='topics')),
                ('twinning', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='cities.twinning', verbose_name='twinning')),
            ],
            options={
                'verbose_name': 'partnership',
                'verbose_name_plural': 'partnerships',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Memorandum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=accounts.membership.private_storage, upload_to=partnerships.partnership.models.memorandum_path, verbose_name='file')),
                ('file_name', models.CharField(max_length=150, verbose_name='file name')),
                ('type', models.CharField(max_length=100, verbose_name='file type')),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('signed_on', models.DateField(verbose_name='signed on')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('uploaded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='uploaded')),
                ('reminded_at', models.DateTimeField(blank=True, null=True, verbose_name='reminded of its end')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memoranda', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'signed memorandum',
                'verbose_name_plural': 'signed memoranda',
                'ordering': ['-signed_on', '-id'],
            },
        ),
        migrations.CreateModel(
            name='PartnershipChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('what', models.CharField(choices=[('begun', 'begun'), ('claimed', 'claimed as a partnership'), ('confirmed', 'confirmed'), ('refused', 'not confirmed'), ('stage', 'stage changed'), ('plan', 'plan changed'), ('shown', 'agreed to show it in public'), ('hidden', 'no longer agreed to show it in public'), ('memorandum', 'signed memorandum uploaded')], max_length=12, verbose_name='what')),
                ('stage', models.CharField(choices=[('exploring', 'exploring'), ('negotiating', 'negotiating'), ('memorandum', 'memorandum signed'), ('active', 'active'), ('ended', 'ended')], max_length=12, verbose_name='stage afterwards')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='partnerships.partnership', verbose_name='partnership')),
            ],
            options={
                'verbose_name': 'change of a partnership',
                'verbose_name_plural': 'changes of partnerships',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PartnershipTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='task in English')),
                ('title_uk', models.CharField(blank=True, max_length=200, verbose_name='task in Ukrainian')),
                ('due', models.DateField(blank=True, null=True, verbose_name='due')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done')),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                ('partnership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='partnerships.partnership', verbose_name='partnership')),
                ('party', models.ForeignKey(blank=True, help_text='Empty: both sides.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='partnerships.party', verbose_name='responsible')),
            ],
            options={
                'verbose_name': 'task of a partnership',
                'verbose_name_plural': 'tasks of partnerships',
                'ordering': [models.OrderBy(models.F('due'), nulls_last=True), 'id'],
            },
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='partnership_sides_in_order'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.UniqueConstraint(condition=models.Q(('stage', 'ended'), _negated=True), fields=('one', 'other'), name='partnership_living_once_a_pair'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(('public_since', None), models.Q(('confirmed_at__isnull', False), ('one_shows', True), ('other_shows', True)), _connector='OR'), name='partnership_public_when_both_agree'),
        ),
        migrations.AddConstraint(
            model_name='partnershiptask',
            constraint=models.CheckConstraint(condition=models.Q(('title_en', ''), ('title_uk', ''), _negated=True), name='task_says_something'),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
        *[
            migrations.RunSQL(trigger(table), f"DROP TRIGGER count_data_version ON partnerships_{table}")
            for table in TABLES
        ],
    ]
