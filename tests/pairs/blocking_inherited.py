"""Every way to wait that a base class may hand to a coroutine."""

from __future__ import annotations

from tests.pairs.kit import bad_variants

RULE = "GIL701"

TEMPLATE = """
import asyncio, concurrent.futures, ctypes, http.client, logging, multiprocessing, os, queue, select, signal, socket, ssl, subprocess, sys, threading, time
import urllib.request, urllib3, requests, httpx

_log = logging.getLogger(__name__)

class Base:
    def __init__(self, loop=None):
        self._queue = queue.Queue(maxsize=100)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._rlock = threading.RLock()
        self._sem = threading.Semaphore(2)
        self._pool = concurrent.futures.ThreadPoolExecutor(3)
        self._mp = multiprocessing.Pool(2)
        self._proc = multiprocessing.Process(target=print)
        self._thread = threading.Thread(target=print)
        self._popen = subprocess.Popen(["x"])
        self._sock = socket.socket()
        self._session = requests.Session()
        self._http = httpx.Client()
        self._manager = urllib3.PoolManager()
        self._barrier = threading.Barrier(2)
        self._tasks = multiprocessing.JoinableQueue()

class Thing(Base):
    async def go(self, *args):
        BODY
"""
bad_variants(
    RULE,
    "inherited",
    TEMPLATE,
    {
        "queue get": "item = self._queue.get() #!",
        "queue get timeout": "item = self._queue.get(timeout=5) #!",
        "queue get true": "item = self._queue.get(True, 5) #!",
        "bounded put": "self._queue.put(args) #!",
        "queue join": "self._queue.join() #!",
        "event wait": "self._stopped.wait(1) #!",
        "lock acquire": "self._lock.acquire() #!",
        "rlock acquire": "got = self._rlock.acquire(timeout=3) #!",
        "sem acquire": "self._sem.acquire() #!",
        "submit result": "return self._pool.submit(len, args).result() #!",
        "pool list map": "return list(self._pool.map(len, args)) #!",
        "pool for": "for x in self._pool.map(len, args): #!\n    print(x)",
        "mp map": "return self._mp.map(len, args) #!",
        "mp apply": "return self._mp.apply(len, args) #!",
        "mp async get": "return self._mp.apply_async(len, args).get() #!",
        "proc join": "self._proc.join() #!",
        "thread join": "self._thread.join(timeout=3) #!",
        "popen wait": "return self._popen.wait() #!",
        "popen comm": "out, err = self._popen.communicate() #!",
        "sock connect": "self._sock.connect(args) #!",
        "sock recv": "data = self._sock.recv(1024) #!",
        "sock accept": "conn, addr = self._sock.accept() #!",
        "session": "return self._session.get('http://x').json() #!",
        "session request": "return self._session.request('GET', 'http://x') #!",
        "httpx": "return self._http.post('http://x', json={}) #!",
        "urllib3": "return self._manager.request('GET', 'http://x') #!",
        "barrier": "self._barrier.wait() #!",
        "joinable": "self._tasks.join() #!",
        "urlopen with": "with urllib.request.urlopen('http://x') as answer: #!\n    return answer.read()",
        "httpconn": "c = http.client.HTTPSConnection('x')\nc.request('GET', '/') #!\nreturn c.getresponse() #!",
        "check_output": "return subprocess.check_output(['ls']) #!",
        "system": "os.system('ls') #!",
        "popen read": "return os.popen('ls').read() #!",
        "select": "select.select([self._sock], [], [], 1) #!",
        "input": "name = input('? ') #!",
        "stdin": "line = sys.stdin.readline() #!",
        "cf wait": "f = self._pool.submit(len, args)\nconcurrent.futures.wait([f]) #!",
        "cf as_completed": "fs = [self._pool.submit(len, a) for a in args]\nfor f in concurrent.futures.as_completed(fs): #!\n    print(f.result())",
        "threadsafe": "asyncio.run_coroutine_threadsafe(asyncio.sleep(1), self.loop).result() #!",
        "getaddrinfo": "return socket.getaddrinfo('x', 80) #!",
        "create_connection": "return socket.create_connection(('x', 80)) #!",
        "waitpid": "os.waitpid(3, 0) #!",
        "sleep": "time.sleep(self.delay) #!",
        "lambda sleep": "for _ in range(3):\n    time.sleep(0.5) #!",
        "with lock await": "with self._lock: #!\n    await asyncio.sleep(1)",
        "condition": "c = threading.Condition()\nwith c:\n    c.wait(3) #!",
        "timer join": "t = threading.Timer(3, print)\nt.start()\nt.join() #!",
        "mp event": "e = multiprocessing.Event()\ne.wait() #!",
        "mp queue": "q = multiprocessing.Queue()\nreturn q.get() #!",
        "manager queue": "q = multiprocessing.Manager().Queue()\nreturn q.get() #!",
        "simple queue": "q = queue.SimpleQueue()\nreturn q.get() #!",
        "future by hand": "f = concurrent.futures.Future()\nself.send(f)\nreturn f.result() #!",
    },
)
