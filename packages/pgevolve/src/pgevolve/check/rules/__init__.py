"""The rules, one a file; each module holds its rule as `check`."""
