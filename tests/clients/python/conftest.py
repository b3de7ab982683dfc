"""The system under test: a whole firm in one process, started and stopped by pytest, with events on NATS.

The runner (tests/clients/run.sh) has generated the stubs from proto/ as they are, and names the program and the NATS
server in the environment.
"""

import json
import os
import subprocess
import uuid

import pytest

from firm import Firm


@pytest.fixture(scope="session")
def firm(tmp_path_factory):
    """A firm that has just been founded, and its first member signed in."""
    data = tmp_path_factory.mktemp("firm")
    namespace = "clients" + uuid.uuid4().hex[:8]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("BATON_")}
    settings = {
        "BATON_BUS__URL": os.environ["BATON_TEST_NATS"],
        "BATON_BUS__NAMESPACE": namespace,
    }
    listen = ["--data", str(data / "data"), "--http", "127.0.0.1:0", "--grpc", "127.0.0.1:0"]
    with open(data / "log", "wb") as log:
        process = subprocess.Popen(
            [os.environ["BATON_PROGRAM"], "serve", *listen],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=clean | settings,
        )
    try:
        line = process.stdout.readline()
        assert line, (data / "log").read_text()[-2000:]
        ready = json.loads(line)
        yield Firm(ready["http"], ready["grpc"], ready["sign_in"], namespace)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0
