"""The topics of municipal policy in which cities state needs and offers.

A topic's position is its bit in the matcher: never reuse one.
"""

from django.db import migrations

TOPICS = [
    ("water", "Water supply and wastewater", "Водопостачання та водовідведення"),
    ("waste", "Waste management", "Управління відходами"),
    ("energy", "Energy efficiency and renewables", "Енергоефективність і відновлювана енергетика"),
    ("heating", "District heating", "Централізоване теплопостачання"),
    ("housing", "Housing", "Житло"),
    ("rebuilding", "Rebuilding of damaged buildings", "Відбудова пошкоджених будівель"),
    ("planning", "Urban planning", "Містопланування"),
    ("transport", "Public transport", "Громадський транспорт"),
    ("mobility", "Cycling and walking", "Велосипедна й пішохідна мобільність"),
    ("roads", "Roads and bridges", "Дороги й мости"),
    ("digital", "Digital services", "Цифрові послуги"),
    ("health", "Health care", "Охорона здоров'я"),
    ("social", "Social services", "Соціальні послуги"),
    ("veterans", "Reintegration of veterans", "Реінтеграція ветеранів"),
    ("displaced", "Integration of displaced people", "Інтеграція внутрішньо переміщених осіб"),
    ("education", "Schools and education", "Школи й освіта"),
    ("youth", "Youth", "Молодь"),
    ("culture", "Culture and heritage", "Культура і спадщина"),
    ("tourism", "Tourism", "Туризм"),
    ("economy", "Local economy and investment", "Місцева економіка та інвестиції"),
    ("industry", "Industrial parks and clusters", "Індустріальні парки та кластери"),
    ("environment", "Green spaces and biodiversity", "Зелені зони та біорізноманіття"),
    ("climate", "Climate adaptation", "Адаптація до зміни клімату"),
    ("protection", "Civil protection and shelters", "Цивільний захист і укриття"),
    ("demining", "Humanitarian demining", "Гуманітарне розмінування"),
    ("participation", "Citizen participation and transparency", "Участь громадян і прозорість"),
    ("finance", "Municipal finance", "Муніципальні фінанси"),
    ("accessibility", "Accessible city", "Безбар'єрне місто"),
    ("food", "Agriculture and food", "Сільське господарство та продовольство"),
    ("science", "Universities and innovation", "Університети та інновації"),
]


def add_topics(apps, schema_editor):
    topic = apps.get_model("cities", "Topic")
    topic.objects.bulk_create(
        topic(code=code, name_en=english, name_uk=ukrainian, position=position)
        for position, (code, english, ukrainian) in enumerate(TOPICS)
    )


def remove_topics(apps, schema_editor):
    apps.get_model("cities", "Topic").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cities", "0003_data_versions")]
    operations = [migrations.RunPython(add_topics, remove_topics)]
