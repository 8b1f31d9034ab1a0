"""News and messages to the administrators; a trigger counts what changes in articles (DataVersion)."""

import django.db.models.deletion
import django.utils.timezone
import knowledge.models.news
from django.conf import settings
from django.db import migrations, models

COUNT = """
CREATE TRIGGER count_data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON knowledge_article
FOR EACH STATEMENT EXECUTE FUNCTION count_data_version('news');
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cities', '0003_data_versions'),
        ('knowledge', '0001_practices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(blank=True, help_text='Made of the title. Never changes, so that links keep working.', max_length=80, unique=True, verbose_name='address')),
                ('title_en', models.CharField(blank=True, max_length=200, verbose_name='title in English')),
                ('title_uk', models.CharField(blank=True, max_length=200, verbose_name='title in Ukrainian')),
                ('summary_en', models.TextField(blank=True, max_length=500, verbose_name='summary in English')),
                ('summary_uk', models.TextField(blank=True, max_length=500, verbose_name='summary in Ukrainian')),
                ('body_en', models.TextField(blank=True, max_length=40000, verbose_name='text in English')),
                ('body_uk', models.TextField(blank=True, max_length=40000, verbose_name='text in Ukrainian')),
                ('picture', models.FileField(blank=True, upload_to=knowledge.models.news.picture_path, verbose_name='picture')),
                ('picture_alt_en', models.CharField(blank=True, help_text='What the picture shows, for those who do not see it.', max_length=300, verbose_name='description of the picture in English')),
                ('picture_alt_uk', models.CharField(blank=True, max_length=300, verbose_name='description of the picture in Ukrainian')),
                ('publish_at', models.DateTimeField(blank=True, help_text='Day and time, in UTC, from which everybody sees it; it may be in the future. Empty: a draft.', null=True, verbose_name='public from')),
                ('is_withdrawn', models.BooleanField(default=False, help_text='Nobody but administrators sees it any more.', verbose_name='withdrawn')),
                ('is_demonstration', models.BooleanField(default=False, help_text='Invented for demonstration; every page says so.', verbose_name='demonstration')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('told_at', models.DateTimeField(blank=True, help_text='When the last of the members was told of it.', null=True, verbose_name='told')),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
            ],
            options={
                'verbose_name': 'article',
                'verbose_name_plural': 'news',
                'ordering': ['-publish_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ArticlePicture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(upload_to=knowledge.models.news.picture_path, verbose_name='picture')),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pictures', to='knowledge.article', verbose_name='article')),
            ],
            options={
                'verbose_name': 'picture in the text',
                'verbose_name_plural': 'pictures in the text',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ContactMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='written')),
                ('name', models.CharField(max_length=150, verbose_name='full name')),
                ('email', models.EmailField(help_text='The answer goes there.', max_length=254, verbose_name='e-mail')),
                ('subject', models.CharField(choices=[('question', 'A question'), ('membership', 'Membership and approval'), ('correction', 'Something is wrong on a page'), ('accessibility', 'Accessibility'), ('privacy', 'My data and privacy'), ('security', 'A weakness in security'), ('other', 'Something else')], max_length=20, verbose_name='subject')),
                ('message', models.TextField(max_length=5000, verbose_name='message')),
                ('language', models.CharField(help_text='Of the page on which it was written.', max_length=2, verbose_name='language')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by')),
                ('user', models.ForeignKey(blank=True, help_text='Empty: the writer was not signed in, and nothing proves the address.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='contact_messages', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'message to the administrators',
                'verbose_name_plural': 'messages to the administrators',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('is_withdrawn', False)), fields=['publish_at'], name='articles_public'),
        ),
        migrations.AddConstraint(
            model_name='article',
            constraint=models.CheckConstraint(condition=models.Q(('title_en', ''), ('title_uk', ''), _negated=True), name='article_has_title', violation_error_message='Write it in English or in Ukrainian at least.'),
        ),
        migrations.RunSQL(COUNT, "DROP TRIGGER count_data_version ON knowledge_article"),
    ]
