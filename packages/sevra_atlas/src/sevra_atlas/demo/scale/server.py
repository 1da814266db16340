"""Settings of an embedded server for the time of a bulk load; its next start has the usual ones again."""

import os

_SHARE_OF_MEMORY = 8
_MOST_BUFFERS = 2 * 1024**3


def bulk_settings() -> dict[str, str]:
    """Return the settings. A crash loses nothing that was committed: only what costs time is postponed.

    An eighth of the memory, 2 GiB at most, keeps the upper levels of the indexes in the server; checkpoints
    that come rarely write each page once; autovacuum would read what the load vacuums itself.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = max(128 * 1024**2, min(memory // _SHARE_OF_MEMORY, _MOST_BUFFERS))
    return {
        "shared_buffers": f"{buffers // 1024**2}MB",
        "max_wal_size": "16GB",
        "checkpoint_timeout": "30min",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "autovacuum": "off",
    }
