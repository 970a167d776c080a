from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Two BLAS threads on busy cores are many times slower than one."""
    import implicit.cpu.als  # noqa: F401  (loads libraries with thread pools of their own)

    with threadpool_limits(1):
        yield
