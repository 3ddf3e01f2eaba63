"""Course packs: chosen practices with their facts, comparisons, questions and sources, as files."""
