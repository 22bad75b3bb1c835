"""Pages, served over HTTP: so far the status page of each affected person."""
