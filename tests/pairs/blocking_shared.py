"""Clients that other coroutines give, libraries imported by name, and functions of other files that several coroutines share."""

from __future__ import annotations

from tests.pairs.kit import pair, safe

RULE = "GIL701"

pair(
    RULE,
    "client of a coroutine method",
    """
import asyncio
import boto3

class Environment:
    async def client(self):
        return boto3.client("s3")

async def store(environment: Environment, path):
    client = await environment.client()
    client.upload_file(path, "bucket", path) #!
""",
    {'    client.upload_file(path, "bucket", path) #!': '    await asyncio.to_thread(client.upload_file, path, "bucket", path)'},
    {'return boto3.client("s3")': 'return aiofiles.client("s3")'},
)
pair(
    RULE,
    "client made in a thread",
    """
import asyncio
import boto3

async def store(path):
    client = await asyncio.to_thread(boto3.client, "s3")
    client.upload_file(path, "bucket", path) #!
""",
    {"asyncio.to_thread(boto3.client": "asyncio.to_thread(make"},
    {'client.upload_file(path, "bucket", path) #!': 'return client.generate_presigned_url("get_object")'},
)
pair(
    RULE,
    "annotation of what a coroutine gives",
    """
import boto3

def in_thread(function):
    async def run(*args):
        return await asyncio.get_running_loop().run_in_executor(None, lambda: function(*args))
    return run

async def session() -> boto3.Session:
    make = in_thread(boto3.Session)
    return await make("eu")

async def store(path):
    client = await in_thread((await session()).client)("s3")
    client.upload_file(path, "bucket", path) #!
""",
    {'    client.upload_file(path, "bucket", path) #!': '    await in_thread(client.upload_file)(path, "bucket", path)'},
)
pair(
    RULE,
    "library imported by its name",
    """
import importlib

boto3 = importlib.import_module("boto3")
s3 = boto3.client("s3")

async def store(path):
    s3.upload_file(path, "bucket", path) #!
""",
    {'import_module("boto3")': 'import_module("aioboto3")'},
    {'import_module("boto3")': "import_module(name)"},
)
pair(
    RULE,
    "requests or skip",
    """
import pytest

requests = pytest.importorskip("requests")

async def test_answer(url):
    assert requests.get(url).ok #!
""",
    {"async def": "def"},
    path="tests/test_answer.py",
)
_DOCKER = {
    "docker.py": "import subprocess\n\ndef exists(image):\n    return subprocess.run(['docker', 'inspect', image]).returncode == 0\n"
}
pair(
    RULE,
    "shared by coroutines of another file",
    """
import asyncio
import docker

async def here(image):
    return docker.exists(image) #!

async def there(image):
    if docker.exists(image): #!
        return "there"
""",
    {
        "return docker.exists(image) #!": "return await asyncio.to_thread(docker.exists, image)",
        "if docker.exists(image): #!": "if await asyncio.to_thread(docker.exists, image):",
    },
    {"async def": "def"},
    {"    return subprocess.run(['docker', 'inspect', image]).returncode == 0": "    return image in IMAGES"},
    others=_DOCKER,
)
safe(
    "event set at the start of a thread",
    """
import threading

class Background:
    def __init__(self):
        self._started = threading.Event()
        threading.Thread(target=self._started.set, daemon=True).start()

    def run_soon(self, function):
        self._started.wait()
        return function

async def cancel(background: Background):
    background.run_soon(print)
""",
)
