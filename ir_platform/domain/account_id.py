"""The id of an Account, apart from it so that what an account holds can name its holder."""

from typing import NewType

AccountId = NewType("AccountId", str)
