"""What is started once for the tests of a module."""

from collections.abc import Iterator

import pytest
from doors_tried import CONTENT, KEY
from running import Running, start, wait_for

from schemas.settings import Settings
from storage.opening import open_archive


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`sohoa up` of an archive where there is something to steal."""
    data = tmp_path_factory.mktemp("up") / "data"
    with start(data, "up", "--web-port", "0") as running:
        wait_for(running, (data / "run/prefect.json").exists)
        with open_archive(Settings(data=data)) as archive:
            archive.store.put(KEY, CONTENT.encode())
        yield running
