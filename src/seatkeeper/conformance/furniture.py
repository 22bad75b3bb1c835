"""The teams and repositories that behaviours need, made once."""

from seatkeeper.conformance.ground import ROLES, Ground
from seatkeeper.model.grants import team_grant

TEAMS = ("parent", "plain", "empty")
REPOSITORIES = (*ROLES, "inherited", "bare", "archived")
"""One for each role that a team holds, one that a nested team reaches, one for nobody, one to archive."""


def furnish(ground: Ground) -> None:
    """Make all of it, and give the teams their roles."""
    hands = ground.hands
    with ground.progress.task("furnishing", len(TEAMS) + len(REPOSITORIES) + len(ROLES) + 2) as moved:
        for word in TEAMS:
            hands.make("team", word)
            moved(1)
        hands.make("team", "child", ground.team("parent"))
        moved(1)
        for word in REPOSITORIES:
            hands.make("repository", word)
            moved(1)
        teams, repositories = ground.furniture.teams, ground.furniture.repositories
        for role in ROLES:
            hands.entitle(team_grant(teams["plain"], repositories[role], role))
            moved(1)
        hands.entitle(team_grant(teams["parent"], repositories["inherited"], "maintain"))
        moved(1)
