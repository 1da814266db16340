"""Stored files that no row names any more: removed once the database has committed, never before.

`removing` works off what purges and erasures noted in `file_removals`; `sweeping` finds files that never got
a row, or lost it. Both act as the maintenance role, on connections of the driver.
"""
