"""The Qdrant store: one engine contract, two engines, and the corpus kept in them."""
