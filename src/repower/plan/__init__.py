"""Years: which hall becomes what, when, and what it is worth."""
