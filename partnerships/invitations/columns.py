"""The columns of a list of businesses."""

from django.utils.translation import gettext_lazy as _

from cities.spreadsheets import Column, Columns

ALSO = {
    "title": "name", "company": "name", "business": "name", "назва підприємства": "name",
    "e-mail": "email", "mail": "email", "електронна пошта": "email", "пошта": "email",
    "nace": "activity", "nace code": "activity", "division": "activity", "квед": "activity",
    "код квед": "activity", "діяльність": "activity", "edrpou": "registration_number",
    "єдрпоу": "registration_number", "код єдрпоу": "registration_number", "number": "registration_number",
    "site": "website", "сайт": "website", "мова": "language", "year": "founded", "рік": "founded",
    "employees": "size", "працівників": "size",
}  # fmt: skip
"""Other headings that people write."""
COLUMNS = Columns(
    (
        Column("name", _("Name"), _("Needed. As it is registered.")),
        Column("other_name", _("Other name"), _("A brand, or the name in other letters.")),
        Column("registration_number", _("Registration number"), _("In Ukraine the EDRPOU code.")),
        Column("activity", _("Activity (NACE)"), _("The code of NACE Rev. 2 or KVED: 10, 10.71.")),
        Column("summary_en", _("Summary in English"), _("Up to 2,000 letters.")),
        Column("summary_uk", _("Summary in Ukrainian"), _("Up to 2,000 letters.")),
        Column("size", _("Size"), _("The number of people, or a band: micro, small, medium, large.")),
        Column("founded", _("Founded"), _("A year.")),
        Column("certificates", _("Certificates"), _("Separated by commas.")),
        Column("website", _("Website"), _("An address.")),
        Column(
            "email",
            _("E-mail to invite"),
            _("Needed. Of the person who may speak for the business; erased 30 days after the end."),
        ),
        Column(
            "language", _("Language of the letter"), _("en or uk: it comes first, the other one follows.")
        ),
    ),
    needed=[("name",), ("email",)],
    also=ALSO,
)
