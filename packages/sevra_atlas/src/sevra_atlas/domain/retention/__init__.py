"""The way of a deletion after its days in the trash: archived, held, brought back, purged.

`plan` says what a run would do, `run` does it, a transaction a batch; `conservation` counts that nothing is
lost.
All of it acts as the maintenance role, on connections of the driver.
"""
