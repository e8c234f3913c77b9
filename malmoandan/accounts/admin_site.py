"""Django's admin as the coordinators' workplace."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig


class PortalAdminSite(AdminSite):
    pass


class PortalAdminConfig(AdminConfig):
    default_site = "malmoandan.accounts.admin_site.PortalAdminSite"
