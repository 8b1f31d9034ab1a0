"""What organisations are compared by: registration number, web domains, and name without its legal form."""

import re

from accounts.review import FREE_MAIL, domain_of
from cities.alphabet import english_key
from cities.romanised import romanised

LEGAL_FORMS = sorted(
    (
        # Ukraine
        "tovarystvo z obmezhenoiu vidpovidalnistiu", "tovarystvo z dodatkovoiu vidpovidalnistiu",
        "pryvatne aktsionerne tovarystvo", "publichne aktsionerne tovarystvo", "aktsionerne tovarystvo",
        "pryvatne pidpryiemstvo", "komunalne pidpryiemstvo", "derzhavne pidpryiemstvo",
        "fizychna osoba pidpryiemets", "fermerske hospodarstvo",
        "tov", "tzov", "tdv", "prat", "pat", "at", "zat", "vat", "pp", "kp", "dp", "fop", "fh",
        "ooo", "zao", "oao",  # in Russian
        # In English
        "limited liability company", "joint stock company", "private enterprise",
        "llc", "ltd", "limited", "plc", "llp", "inc", "corp", "company", "co", "jsc", "pjsc",
        # German
        "gesellschaft mit beschrankter haftung", "gmbh co kg", "ug haftungsbeschrankt", "aktiengesellschaft",
        "gmbh", "ag", "kg", "ohg", "ug", "ev", "eg", "ek", "se",
        # Polish, Czech, Slovak
        "spolka z ograniczona odpowiedzialnoscia", "spolka akcyjna", "spolka jawna", "spolka komandytowa",
        "sp z oo", "sp zoo", "spzoo", "sp j", "sp k", "spol sro", "sro", "as", "vos", "ks",
        # Southern and western
        "srl", "spa", "sarl", "sas", "sasu", "eurl", "sa", "sl", "slu", "lda", "bv", "nv", "bvba", "doo",
        "dd", "ood", "eood", "ad", "ead", "epe", "ike",
        # Northern and Hungarian
        "ab", "aps", "oy", "oyj", "ou", "uab", "sia", "kft", "zrt", "nyrt", "bt",
    ),
    key=len,
    reverse=True,
)  # fmt: skip
"""In small Latin letters; the longest first."""

SHARED_HOSTS = FREE_MAIL | {
    "facebook.com", "instagram.com", "linkedin.com", "youtube.com", "t.me", "tiktok.com", "x.com",
    "google.com", "business.site", "wixsite.com", "wix.com", "wordpress.com", "blogspot.com", "weebly.com",
    "webnode.com", "squarespace.com", "tilda.ws", "github.io", "netlify.app", "vercel.app", "linktr.ee",
    "prom.ua", "olx.ua", "rozetka.com.ua", "uaprom.net", "all.biz", "allegro.pl", "jimdofree.com",
}  # fmt: skip
"""Domains under which many put their pages: that two share one says nothing."""

SHARED_ENDINGS = {
    "com", "co", "org", "net", "gov", "edu", "ac", "in", "biz", "info", "mil", "or", "pp",
    "kyiv", "kiev", "lviv", "odesa", "odessa", "kharkiv", "kharkov", "dnipro", "dp", "zp", "vn", "vinnica",
    "if", "ivano-frankivsk", "te", "ternopil", "rv", "rivne", "lutsk", "volyn", "uz", "uzhgorod", "cv",
    "chernivtsi", "km", "khmelnitskiy", "zt", "zhitomir", "ck", "cherkassy", "pl", "poltava", "sm", "sumy",
    "cn", "chernigov", "kr", "kirovograd", "ks", "kherson", "mk", "nikolaev", "dn", "donetsk", "lg",
    "lugansk",
    "waw", "warszawa", "krakow", "gdansk", "wroclaw", "katowice", "lodz", "rzeszow", "lublin",
}  # fmt: skip
"""Labels before the last one under which domains are registered: the domain of a.lviv.ua is not lviv.ua."""

INITIAL = re.compile(r"\b(\w)\.\s*(?=\w\b)")
NO_LETTER = re.compile(r"[^a-z0-9]+")


def number_key(number: str, country: str) -> str:
    """A registration number without separators, leading zeros, and the code of its country before it."""
    letters = re.sub(r"[^A-Z0-9]", "", romanised(number).upper())
    return letters.removeprefix(country.upper()).lstrip("0")


def domain_key(address: str) -> str:
    """The registered domain of a web address; empty for none, and for one that many share."""
    labels = domain_of(address).strip(".").split(".")
    kept = 3 if len(labels) > 2 and labels[-2] in SHARED_ENDINGS else 2
    domain = ".".join(labels[-kept:]) if len(labels) > 1 else ""
    return "" if domain in SHARED_HOSTS or domain_of(address) in SHARED_HOSTS else domain


def name_key(name: str) -> str:
    """The name in small Latin letters without its legal form: "ТОВ «Галицьке скло»" is "halytske sklo"."""
    words = NO_LETTER.sub(" ", INITIAL.sub(r"\1", english_key(romanised(name)))).strip()
    bare = _without_form(words)
    while bare != words:
        words, bare = bare, _without_form(bare)
    return words[:200]


def _without_form(words: str) -> str:
    """The words without one legal form at their beginning or end; a name that is nothing else stays."""
    for form in LEGAL_FORMS:
        if words.startswith(f"{form} "):
            return words[len(form) + 1 :]
        if words.endswith(f" {form}"):
            return words[: -len(form) - 1]
    return words
