"""Three fixed people of the fixture ``baseline``: one types, one reads all, one is of another bidang."""

from accounts.models import User

OWN_BIDANG = "staf.rehsos"
KEPALA = "pimpinan"
OTHER_BIDANG = "staf.dayasos"

# One person a role, for walks over every address.
ONE_A_ROLE = ("admin", "sekretariat", "verifikator", "pimpinan", "staf.rehsos")


def person(username: str) -> User:
    """Return the demo account of this name."""
    return User.objects.get(username=username)


def staff() -> User:
    """Return who types for the Bidang Rehabilitasi Sosial."""
    return person(OWN_BIDANG)


def kepala() -> User:
    """Return who reads everything."""
    return person(KEPALA)


def stranger() -> User:
    """Return staff of another bidang, who may see nothing of the first one's rows."""
    return person(OTHER_BIDANG)
