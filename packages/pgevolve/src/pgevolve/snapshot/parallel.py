"""Several files or tables at once: hashes, decompression, disk and server work outside of Python's lock."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

_Item = TypeVar("_Item")
_MOST = 4


def done_with_each(
    work: Callable[[_Item], object],
    items: Iterable[_Item],
    *,
    most: int = _MOST,
    cancel: Callable[[], object] = lambda: None,
) -> Iterator[_Item]:
    """Call `work` with every item in threads, and yield each item when it is done, in whatever order.

    The first error is raised here, once those that have begun have ended; the others never begin. `cancel` is
    called before that, to make them end, and when a signal or the caller breaks off.
    """
    with ThreadPoolExecutor(min(most, os.cpu_count() or 1)) as pool:
        futures = {pool.submit(work, item): item for item in items}
        try:
            for future in as_completed(futures):
                future.result()
                yield futures[future]
        except BaseException:
            cancel()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
