"""The data platform of an SEO-first directory of salons and artists."""
