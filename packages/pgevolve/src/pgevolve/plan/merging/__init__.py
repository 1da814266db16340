"""Columns that become others by expressions, kept in step in both directions until the contract."""
