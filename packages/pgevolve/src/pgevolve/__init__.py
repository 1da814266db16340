"""Safe schema evolution for PostgreSQL from SQLAlchemy models."""
