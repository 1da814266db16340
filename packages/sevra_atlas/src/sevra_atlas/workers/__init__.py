"""Work that happens outside of requests: jobs in queues, in the same database as the data.

| module | what |
|---|---|
| `jobs` | what a job is, what it may return |
| `backoff`, `schedules` | when a failed job runs again, when a periodic one is due: pure values |
| `catalogue` | every job there is, each from a file of its own |
| `queue` | the port: enqueue in the caller's transaction, look, retry |
| `running` | one run of a job: connection, turn, time limit, what is logged and counted |
| `scheduling` | periodic jobs, once in the whole installation |
| `engine` | the only module that knows the queue's library |

Delivery is at least once. A job names its subject by ids only and does its work in transactions that may be
repeated, so that a run that was killed in the middle is run again and has its effect once.
"""
