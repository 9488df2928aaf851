"""What fault tests share: a cluster each worker of the suite has for itself, and a database a test."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.cluster import Cluster, Ground, fresh, lay_ground
from tests.journeys.cast import Alice


@pytest_asyncio.fixture(scope="session")
async def laid(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Cluster, Alice]]:
    cluster = Cluster(tmp_path_factory.mktemp("cluster") / "server")
    try:
        alice = await lay_ground(cluster)
        yield cluster, alice
    finally:
        cluster.destroy()


@pytest.fixture
async def ground(laid: tuple[Cluster, Alice]) -> AsyncIterator[Ground]:
    """A database of the test's own, on a server that the test may end and start."""
    async with fresh(*laid) as ground:
        yield ground
