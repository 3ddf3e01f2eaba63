"""Course packs."""
