"""What is known: the documents, the vocabulary, the domain model and the store that holds them."""
