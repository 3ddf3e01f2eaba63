"""Gold parses, metrics, benchmarks and the training of the bundled embedding model."""
