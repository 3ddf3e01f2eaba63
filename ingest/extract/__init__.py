"""Reading the registry's values out of a practice's text, by rules and word lists alone."""
