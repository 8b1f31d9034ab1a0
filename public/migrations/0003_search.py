"""What is searched of everything public but cities."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cities', '0005_search_key'),
        ('public', '0002_dumps'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchedKind',
            fields=[
                ('kind', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='kind')),
                ('basis', models.CharField(blank=True, help_text='The way entries are written, and the version of the cities; with another, all is read.', max_length=100, verbose_name='basis')),
                ('versions', models.CharField(blank=True, max_length=100, verbose_name='versions')),
                ('seen', models.BigIntegerField(default=0, help_text='No transaction below it changes what was read.', verbose_name='seen')),
            ],
            options={
                'verbose_name': 'searched kind',
                'verbose_name_plural': 'searched kinds',
            },
        ),
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='As in the address of its directory.', max_length=20, verbose_name='kind')),
                ('object_id', models.BigIntegerField(verbose_name='number of the object')),
                ('names', models.TextField(help_text='One a line, with a line break before and after each.', verbose_name='search keys of its names')),
                ('named', django.contrib.postgres.search.SearchVectorField(verbose_name='words of its names')),
                ('words', django.contrib.postgres.search.SearchVectorField(help_text='Each as it stands, and its dictionary form.', verbose_name='all its words')),
                ('shown', models.JSONField(help_text='By language: its title, address, place and summary; whether it is invented.', verbose_name='shown')),
                ('digest', models.CharField(help_text='Of all that it was made of.', max_length=32, verbose_name='digest')),
            ],
            options={
                'verbose_name': 'entry of the search',
                'verbose_name_plural': 'entries of the search',
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(models.F('names'), name='gin_trgm_ops'), name='search_names_trigrams', fastupdate=False), django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['named'], name='search_named'), django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=['words'], name='search_words')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'object_id'), name='search_entry_once')],
            },
        ),
    ]
