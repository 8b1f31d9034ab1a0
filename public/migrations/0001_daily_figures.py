"""Figures kept day by day; a trigger counts them (DataVersion), so that the page is made anew with them."""

from django.db import migrations, models


COUNT = """
CREATE TRIGGER count_data_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public_dailyfigure
FOR EACH STATEMENT EXECUTE FUNCTION count_data_version('statistics');
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [('cities', '0003_data_versions')]

    operations = [
        migrations.CreateModel(
            name='DailyFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('name', models.CharField(help_text='Its code on the page of statistics.', max_length=30, verbose_name='figure')),
                ('value', models.DecimalField(decimal_places=2, max_digits=24, verbose_name='value')),
                ('demonstration', models.DecimalField(decimal_places=2, help_text='Empty where it cannot be told apart.', max_digits=24, null=True, verbose_name='of which demonstration')),
            ],
            options={
                'verbose_name': 'figure of a day',
                'verbose_name_plural': 'figures of days',
                'ordering': ['day', 'name'],
                'constraints': [models.UniqueConstraint(fields=('day', 'name'), name='figure_once_a_day')],
            },
        ),
        migrations.RunSQL(COUNT, "DROP TRIGGER count_data_version ON public_dailyfigure"),
    ]
