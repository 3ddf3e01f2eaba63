"""The write path: read a file, parse it, cut it into passages, embed and store them."""
