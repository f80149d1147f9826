"""Functions of other libraries, and of the less used parts of the standard one, that keep their thread waiting."""

from __future__ import annotations

import ast

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.rules.asyncio.blocking_calls import IN_THREAD, THREAD, TYPING, Blocking
from pytest_gilcheck.rules.asyncio.client import HASHED, zero, zero_or_absent
from pytest_gilcheck.source.calls import argument

_PROMPT = Blocking(TYPING, IN_THREAD, level=Level.WARNING)
_MAIL = Blocking("a server", f"use an asynchronous client, {THREAD}")
_HTTP = Blocking("an HTTP answer", f"use an asynchronous client (httpx.AsyncClient, aiohttp), {THREAD}")
_LOAD = Blocking("a download", f"use an asynchronous HTTP client, {THREAD}")
_MODEL = Blocking("the model's answer", f"use the package's asynchronous call, {THREAD}")
_TREE = Blocking(
    "many files to be read or written",
    IN_THREAD,
    None,
    (),
    Level.WARNING,
    True,
    quiet_in_tests=True,
)
_DATABASE = Blocking("the database", f"use the driver's asynchronous twin, {THREAD}", level=Level.WARNING)
_NAMES = Blocking("the name server", f"use `await loop.getaddrinfo(…)`, {THREAD}", level=Level.WARNING, quiet_in_tests=True)
_BROKER = Blocking("the broker", f"use an asynchronous client, {THREAD}")
_SIGNAL = Blocking("a signal", "use `loop.add_signal_handler(…)`")
_CLUSTER = Blocking("a task elsewhere", f"await it, {THREAD}")
_PROGRAM = Blocking("another program", f"use `await asyncio.create_subprocess_exec(…)`, {THREAD}")


def _unlocks_or_tries(call: ast.Call) -> bool:
    """`flock(file, LOCK_UN)`, `flock(file, LOCK_EX | LOCK_NB)`, and flags that are not known."""
    flags = argument(call, 1, "cmd") or argument(call, 1, "operation")
    text = ast.unparse(flags) if flags is not None else ""
    return "LOCK_NB" in text or "LOCK_UN" in text or "LOCK_" not in text


_FILE_LOCK = Blocking(
    "whoever holds the file lock", f"use the package's asynchronous lock, {THREAD}", level=Level.WARNING, quiet_in_tests=True
)
_FLOCK = Blocking(
    _FILE_LOCK.waits_for,
    f"try with `LOCK_NB` and `await asyncio.sleep(…)`, {THREAD}",
    _unlocks_or_tries,
    level=Level.WARNING,
    quiet_in_tests=True,
)
_PROCESSOR = Blocking("time to pass", "call it without `interval`, at intervals", zero_or_absent(0, "interval"))

LIBRARY_FUNCTIONS: dict[str, Blocking] = {
    **dict.fromkeys(
        (
            "click.prompt",
            "click.confirm",
            "click.pause",
            "click.getchar",
            "typer.prompt",
            "typer.confirm",
            "rich.prompt.Prompt.ask",
            "rich.prompt.Confirm.ask",
            "rich.prompt.IntPrompt.ask",
            "inquirer.prompt",
            "prompt_toolkit.prompt",
            "readchar.readkey",
            "readchar.readchar",
            "msvcrt.getch",
            "keyboard.wait",
            "keyboard.read_key",
            "keyboard.read_event",
            "pwinput.pwinput",
            "sys.stdin.buffer.read",
            "sys.stdin.buffer.readline",
            "sys.stdin.readlines",
        ),
        _PROMPT,
    ),
    **dict.fromkeys(
        (
            "requests_cache.get",
            "curl_cffi.requests.get",
            "curl_cffi.requests.post",
            "niquests.get",
            "niquests.post",
            "feedparser.parse",
            "trafilatura.fetch_url",
            "wikipedia.page",
            "wikipedia.summary",
            "wikipedia.search",
            "whois.whois",
            "geocoder.ip",
        ),
        _HTTP,
    ),
    **dict.fromkeys(
        (
            "wget.download",
            "gdown.download",
            "nltk.download",
            "huggingface_hub.hf_hub_download",
            "huggingface_hub.snapshot_download",
            "kagglehub.dataset_download",
            "kagglehub.model_download",
        ),
        _LOAD,
    ),
    **dict.fromkeys(
        (
            "openai.ChatCompletion.create",
            "openai.Completion.create",
            "openai.Embedding.create",
            "openai.Image.create",
            "openai.Moderation.create",
            "openai.Audio.transcribe",
            "openai.chat.completions.create",
            "openai.completions.create",
            "openai.embeddings.create",
            "openai.images.generate",
            "openai.moderations.create",
            "ollama.chat",
            "ollama.generate",
            "replicate.run",
            "litellm.completion",
            "litellm.embedding",
        ),
        _MODEL,
    ),
    **dict.fromkeys(("shutil.copytree", "shutil.rmtree", "shutil.make_archive", "shutil.unpack_archive"), _TREE),
    **dict.fromkeys(
        (
            "pandas.read_sql",
            "pandas.read_sql_query",
            "pandas.read_sql_table",
            "pandas.read_gbq",
            "pymssql.connect",
            "cx_Oracle.connect",
            "snowflake.connector.connect",
            "trino.dbapi.connect",
            "redshift_connector.connect",
            "databricks.sql.connect",
            "vertica_python.connect",
            "ibm_db_dbi.connect",
            "hdbcli.dbapi.connect",
            "pyhive.hive.connect",
            "MySQLdb.Connect",
            "elasticsearch.helpers.bulk",
            "opensearchpy.helpers.bulk",
        ),
        _DATABASE,
    ),
    **dict.fromkeys(("socket.getfqdn", "socket.getnameinfo", "dns.resolver.resolve", "dns.resolver.query"), _NAMES),
    **dict.fromkeys(
        ("pika.BlockingConnection", "paho.mqtt.publish.single", "paho.mqtt.publish.multiple", "paho.mqtt.subscribe.simple"), _BROKER
    ),
    **dict.fromkeys(("netmiko.ConnectHandler", "telnetlib.Telnet"), _MAIL),
    **dict.fromkeys(("signal.sigwait", "signal.sigwaitinfo", "signal.sigtimedwait", "signal.pause"), _SIGNAL),
    **dict.fromkeys(("ray.get", "ray.wait"), _CLUSTER),
    **dict.fromkeys(
        (
            "bcrypt.hashpw",
            "bcrypt.checkpw",
            "bcrypt.kdf",
            "hashlib.pbkdf2_hmac",
            "hashlib.scrypt",
            "crypt.crypt",
            "werkzeug.security.generate_password_hash",
            "werkzeug.security.check_password_hash",
            "django.contrib.auth.hashers.make_password",
            "django.contrib.auth.hashers.check_password",
            "argon2.hash_password",
            "nacl.pwhash.verify",
            "nacl.pwhash.str",
        ),
        HASHED,
    ),
    **dict.fromkeys(("git.Repo.clone_from", "invoke.run", "pexpect.run"), _PROGRAM),
    **dict.fromkeys(("selenium.webdriver.Chrome", "selenium.webdriver.Firefox", "selenium.webdriver.Remote"), _PROGRAM),
    **dict.fromkeys(("psutil.cpu_percent", "psutil.cpu_times_percent"), _PROCESSOR),
    **dict.fromkeys(("fcntl.flock", "fcntl.lockf", "portalocker.lock"), _FLOCK),
    "psutil.wait_procs": Blocking("processes to end", IN_THREAD, zero(1, "timeout"), quiet_in_tests=True),
    "multiprocessing.connection.wait": Blocking(
        "another process", f"let the loop watch it: `loop.add_reader(…)`, {THREAD}", zero(1, "timeout")
    ),
    "multiprocessing.connection.Client": Blocking("the other side", IN_THREAD, quiet_in_tests=True),
    "gevent.sleep": Blocking("time to pass", "use `await asyncio.sleep(…)`", zero(0, "seconds")),
    "eventlet.sleep": Blocking("time to pass", "use `await asyncio.sleep(…)`", zero(0, "seconds")),
}

# What blocks when it is entered by `with`.
ENTERED: dict[str, Blocking] = dict.fromkeys(
    ("filelock.FileLock", "filelock.UnixFileLock", "filelock.SoftFileLock", "fasteners.InterProcessLock", "portalocker.Lock"), _FILE_LOCK
)

# Libraries that have a function for everything, by their names for what goes over the network.
FAMILIES: tuple[tuple[str, str, Blocking], ...] = (
    ("stripe.", "create retrieve modify list delete cancel capture confirm pay search", _HTTP),
)
