"""The one place for retries, limits, paging and redaction; connectors say what to ask.

`client` sends and judges, `limiter` waits, `answers` reads what came back,
`links` and `cursors` follow pages and say whether a listing is whole, `graphql`
puts queries, `pool` is the few threads that read at the same time.
"""
