"""GitHub's wire over a world: the REST paths and GraphQL queries that a connector needs."""
