"""What is public already, recomputed: deals and filings as cases, an article's claims with a verdict."""
