"""The read path: search over HTTP, its public schemas, and the composition of the whole service."""
