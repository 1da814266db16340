"""Addresses: who holds a path, how one changes hands, and what leads where without a page of its own."""
