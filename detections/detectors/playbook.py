"""Which SOP a detector's finding opens: that of security, or that of the network where something is merely broken."""

from typing import Final

SECURITY_SOP: Final = "kaltim-gangguan-keamanan-jaringan"
NETWORK_SOP: Final = "kaltim-gangguan-jaringan"
