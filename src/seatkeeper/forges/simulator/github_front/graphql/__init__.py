"""GitHub's GraphQL door: parse once, plan once, run often."""

from seatkeeper.forges.simulator.github_front.graphql.door import GraphQL

__all__ = ["GraphQL"]
