"""What calls of the standard library (and a few others) cost: nothing to speak of, computing that holds the GIL, or waiting.

Tables only, by canonical name. What stands in none of them may be anything: native code that lets the GIL go, or a wait.
"""

from __future__ import annotations

import ast
from enum import Enum

from pytest_gilcheck.source.calls import last_name


class Cost(Enum):
    """What one call costs."""

    BRIEF = "brief"  # well below a microsecond's worth of attention, and no wait
    COMPUTES = "computes"  # grows with what it is given, and holds the GIL meanwhile
    WAITS = "waits"  # stands still until something outside happens
    TOUCHES_FILE = "touches a file"  # reads or writes something open: a wait, where there is another one
    UNKNOWN = "unknown"


_BRIEF_BUILTINS = (
    "abs", "bin", "bool", "bytearray", "bytes", "callable", "chr", "complex", "dict", "divmod", "enumerate", "filter", "float", "format",
    "frozenset", "getattr", "hasattr", "hash", "hex", "id", "int", "isinstance", "issubclass", "iter", "len", "list", "map", "memoryview",
    "next", "oct", "ord", "pow", "range", "repr", "reversed", "round", "set", "slice", "str", "super", "tuple", "type", "zip",
    "ArithmeticError", "AssertionError", "Exception", "IndexError", "KeyError", "LookupError", "RuntimeError", "TypeError", "ValueError",
    "StopIteration", "ZeroDivisionError",
)  # fmt: skip
# Modules of which every function is brief, unless it stands in another table.
_BRIEF_MODULES = (
    "math", "cmath", "operator", "random", "string", "datetime", "collections", "itertools", "functools", "decimal", "fractions", "typing",
    "enum", "struct", "bisect", "heapq", "unicodedata", "array", "numbers", "dataclasses", "logging", "warnings", "urllib.parse",
    "posixpath", "ntpath", "calendar", "zoneinfo", "keyword", "colorsys", "ipaddress", "re", "os.path", "base64", "binascii", "shlex",
    "fnmatch", "builtins.str", "builtins.int", "builtins.float", "builtins.bytes", "builtins.dict",
)  # fmt: skip
_BRIEF_FUNCTIONS = (
    "time.time", "time.perf_counter", "time.monotonic", "time.process_time", "time.thread_time", "time.perf_counter_ns", "time.time_ns",
    "time.monotonic_ns", "time.strftime", "time.localtime", "time.gmtime", "copy.copy", "socket.gethostname", "pathlib.Path",
    "pathlib.PurePath",
)  # fmt: skip
_COMPUTING = (
    "builtins.sum", "builtins.sorted", "builtins.min", "builtins.max", "builtins.any", "builtins.all", "builtins.compile", "builtins.eval",
    "json.loads", "json.dumps", "ast.parse", "ast.walk", "ast.literal_eval", "ast.unparse", "copy.deepcopy", "pickle.loads", "pickle.dumps",
    "math.factorial", "math.comb", "math.perm", "tomllib.loads", "xml.etree.ElementTree.fromstring", "html.escape", "html.unescape",
    "textwrap.dedent", "textwrap.wrap", "textwrap.fill", "re.findall", "re.finditer", "re.sub", "re.subn", "re.split", "functools.reduce",
    "heapq.nlargest", "heapq.nsmallest", "heapq.merge", "random.shuffle", "random.sample", "random.choices",
)  # fmt: skip
_COMPUTING_MODULES = ("statistics", "difflib", "tokenize")
_WAITING = (
    "time.sleep", "builtins.input", "builtins.open", "io.open", "os.system", "os.popen", "os.wait", "os.waitpid", "codecs.open",
    "getpass.getpass", "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copyfileobj", "shutil.move", "select.select",
    "signal.pause", "os.listdir", "os.stat", "os.path.exists", "os.path.getsize", "os.path.isfile", "os.path.isdir",
)  # fmt: skip
_WAITING_MODULES = (
    "requests", "httpx", "urllib.request", "urllib3", "socket", "subprocess", "http.client", "smtplib", "ftplib", "poplib", "imaplib",
    "telnetlib", "psycopg2", "psycopg", "pymysql", "redis", "paramiko", "netmiko", "fabric", "pysftp", "boto3", "botocore", "minio",
    "google.cloud.storage", "azure.storage", "pymongo", "elasticsearch", "opensearchpy", "mysql.connector", "MySQLdb", "pyodbc", "oracledb",
    "cx_Oracle", "serial", "can", "ldap3", "pysnmp", "ncclient", "napalm", "scrapli", "winrm", "pexpect", "dns.resolver", "whois", "pika",
    "stomp", "websocket", "openai", "anthropic", "tweepy", "praw", "yfinance", "ccxt", "gspread", "slack_sdk", "twilio", "cloudscraper",
    "selenium", "pycurl", "wget", "ping3", "speedtest", "kubernetes", "docker", "hvac", "consul", "etcd3", "jenkins", "jira", "github",
    "DB-API connection", "DB-API cursor", "builtins.file",
)  # fmt: skip

_BY_NAME: dict[str, Cost] = {
    **{f"builtins.{name}": Cost.BRIEF for name in _BRIEF_BUILTINS},
    "builtins.print": Cost.TOUCHES_FILE,
    "multiprocessing.Queue.put": Cost.TOUCHES_FILE,
    **dict.fromkeys(_BRIEF_FUNCTIONS, Cost.BRIEF),
    **dict.fromkeys(_COMPUTING, Cost.COMPUTES),
    **dict.fromkeys(_WAITING, Cost.WAITS),
}
_BY_MODULE: dict[str, Cost] = {
    **dict.fromkeys(_BRIEF_MODULES, Cost.BRIEF),
    **dict.fromkeys(_COMPUTING_MODULES, Cost.COMPUTES),
    **dict.fromkeys(_WAITING_MODULES, Cost.WAITS),
}

# Methods of objects about which nothing is known, by names that only the usual containers and texts have; some names are those of
# databases and services too, and tell something only with the arguments that containers and texts take.
_BRIEF_METHODS = frozenset(
    {
        "append", "appendleft", "extend", "add", "discard", "pop", "popleft", "popitem", "items", "keys", "values", "setdefault",
        "copy", "clear", "reverse", "union", "intersection", "difference", "issubset", "issuperset", "split", "rsplit",
        "splitlines", "partition", "rpartition", "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "casefold",
        "swapcase", "startswith", "endswith", "isdigit", "isalpha", "isalnum", "isspace", "isupper", "islower", "isnumeric",
        "zfill", "ljust", "rjust", "center", "format", "hex", "removeprefix", "removesuffix", "group", "groups", "groupdict",
        "bit_length", "bit_count", "to_bytes", "from_bytes", "conjugate", "most_common", "total_seconds", "isoformat", "strftime",
        "debug", "info", "warning", "raise_for_status", "as_tuple", "quantize",
    }
)  # fmt: skip
_BRIEF_WITH = {"get": (2, 2), "join": (1, 1), "find": (1, 3), "rfind": (1, 3), "count": (1, 1), "index": (1, 3), "insert": (2, 2),
               "remove": (1, 1), "replace": (2, 3)}  # fmt: skip
_BRIEF_WITH_CONSTANTS = frozenset({"encode", "decode"})
_COMPUTING_METHODS = frozenset({"sort"})
_FILE_METHODS = frozenset(
    {
        "read", "readline", "readlines", "readinto", "write", "writelines", "flush", "close", "seek", "tell", "send", "sendall", "recv",
        "recv_into", "json", "iter_content", "iter_lines", "iter_bytes", "getcode", "geturl", "getheader", "sendmail", "login", "starttls",
        "quit", "communicate", "poll", "settimeout", "setsockopt", "shutdown", "error", "exception",
    }
)  # fmt: skip
_WAITING_METHODS = frozenset(
    {"send_command", "send_command_timing", "send_config_set", "read_text", "read_bytes", "write_text", "write_bytes"}
)  # of sessions with devices, and of paths
_PATH_WAITS = frozenset({"read_text", "read_bytes", "write_text", "write_bytes", "open", "touch", "unlink", "stat", "exists", "is_file"})
# Packages of native code that computes without the GIL, and whose objects have ordinary operators.
NATIVE_NUMBERS = frozenset(
    {
        "numpy", "scipy", "pandas", "torch", "tensorflow", "jax", "cupy", "numba", "cv2", "PIL", "skimage", "sklearn", "polars", "pyarrow",
        "dask", "xarray", "cython", "mpmath", "gmpy2", "sympy", "numexpr", "taichi",
    }
)  # fmt: skip


def is_client(module: str) -> bool:
    """Whether the module belongs to a package of sessions with devices, of which every call waits for an answer."""
    return module.partition(".")[0] in ("netmiko", "paramiko", "fabric", "pysftp")


def of_function(name: str) -> Cost:
    """What calling the function (or making an object of the class) of that canonical name costs."""
    found = _BY_NAME.get(name)
    module = name
    while found is None and "." in module:
        module = module.rpartition(".")[0]
        found = _BY_MODULE.get(module)
    return found or Cost.UNKNOWN


def of_method(cls: str, name: str) -> Cost:
    """What calling that method of a known class costs."""
    if cls in ("pathlib.Path", "pathlib.PosixPath"):
        return Cost.WAITS if name in _PATH_WAITS else Cost.BRIEF
    if cls.startswith(("builtins.", "collections.")) and cls != "builtins.file":
        return Cost.COMPUTES if name in _COMPUTING_METHODS else Cost.BRIEF
    return of_function(f"{cls}.{name}")


def of_method_named(call: ast.Call) -> Cost:
    """What a call costs of which only the method's name is known."""
    name = last_name(call)
    least, most = _BRIEF_WITH.get(name, (0, -1))
    if name in _BRIEF_METHODS or (least <= len(call.args) <= most and not call.keywords):
        # `", ".join(words)` waits for nobody, `thread.join(5)` does.
        return Cost.UNKNOWN if name == "join" and _may_be_thread(call) else Cost.BRIEF
    if name in _BRIEF_WITH_CONSTANTS and all(isinstance(arg, ast.Constant) for arg in call.args):
        return Cost.BRIEF
    if name in _COMPUTING_METHODS:
        return Cost.COMPUTES
    if name in _WAITING_METHODS:
        return Cost.WAITS
    return Cost.TOUCHES_FILE if name in _FILE_METHODS else Cost.UNKNOWN


def _may_be_thread(call: ast.Call) -> bool:
    joined = call.func.value if isinstance(call.func, ast.Attribute) else None
    return not isinstance(joined, ast.Constant) and isinstance(call.args[0], ast.Constant | ast.Attribute)
