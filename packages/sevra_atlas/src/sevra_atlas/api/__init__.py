"""The HTTP contract under `/api/v1`: handlers, wire shapes, and the one table of statuses."""
