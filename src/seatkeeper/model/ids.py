"""Ids are types, so that a team's id can never stand where an account's should.

Every id is the forge's own immutable one, kept as text: numbers on GitHub,
GitLab and Gitea, braces and hex on Bitbucket. Logins, slugs and names are
never ids; they change, and a freed one can come back as somebody else's.
"""

from typing import NewType

ForgeName = NewType("ForgeName", str)
"""The name a forge has in the configuration, such as ``acme``."""

OrganizationId = NewType("OrganizationId", str)
AccountId = NewType("AccountId", str)
TeamId = NewType("TeamId", str)
RepositoryId = NewType("RepositoryId", str)
InvitationId = NewType("InvitationId", str)

PersonKey = NewType("PersonKey", str)
"""The stable key of one record in an identity source."""

Digest = NewType("Digest", str)
"""A sha256 in lower-case hex."""

RunId = NewType("RunId", str)

NoticeId = NewType("NoticeId", str)
"""128 bits in lower-case hex, derived from the event a notice tells."""
