"""Deploys on real servers: what is applied, recorded, refused and undone."""
