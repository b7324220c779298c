"""App configuration of the admin pages; the site itself is ``renstra/admin_site.py``."""

from django.contrib.admin.apps import AdminConfig


class RenstraAdminConfig(AdminConfig):
    """Django's admin with our site."""

    default_site = "renstra.admin_site.RenstraAdminSite"
