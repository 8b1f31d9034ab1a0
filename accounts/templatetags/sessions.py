"""Sessions in words."""

from django import template

from accounts.sessions import device

register = template.Library()
register.filter("device", device)
