"""Clients of servers, devices and programs in coroutines, and their asynchronous twins."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe_variants

RULE = "GIL701"

pair(
    RULE,
    "boto3 client put_object",
    """
import boto3

s3 = boto3.client("s3")

async def store(key, body):
    s3.put_object(Bucket="b", Key=key, Body=body) #!
""",
    {
        '    s3.put_object(Bucket="b", Key=key, Body=body) #!': '    await asyncio.to_thread(s3.put_object, Bucket="b", Key=key, Body=body)',
        "import boto3": "import asyncio\nimport boto3",
    },
    {"async def": "def"},
    {'s3.put_object(Bucket="b", Key=key, Body=body) #!': 'return s3.generate_presigned_url("get_object", Params={"Key": key})'},
)
pair(
    RULE,
    "boto3 resource table in class",
    """
import boto3

class Repository:
    def __init__(self, name):
        self.table = boto3.resource("dynamodb").Table(name)

    async def load(self, key):
        answer = self.table.get_item(Key={"id": key}) #!
        return answer["Item"]
""",
    {
        'self.table.get_item(Key={"id": key}) #!': 'await asyncio.to_thread(self.table.get_item, Key={"id": key})',
        "import boto3": "import asyncio\nimport boto3",
    },
)
pair(
    RULE,
    "boto3 session client",
    """
import boto3

session = boto3.Session(profile_name="x")

async def send(url, text):
    sqs = session.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody=text) #!
""",
    """
import aioboto3

session = aioboto3.Session(profile_name="x")

async def send(url, text):
    async with session.client("sqs") as sqs:
        await sqs.send_message(QueueUrl=url, MessageBody=text)
""",
)
pair(
    RULE,
    "pymongo collection",
    """
from pymongo import MongoClient

client = MongoClient("mongodb://localhost")
db = client["shop"]
orders = db.orders

async def find(order_id):
    return orders.find_one({"_id": order_id}) #!

async def add(order):
    db["log"].insert_one(order) #!
""",
    """
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient("mongodb://localhost")
db = client["shop"]
orders = db.orders

async def find(order_id):
    return await orders.find_one({"_id": order_id})
""",
    """
from pymongo import AsyncMongoClient

client = AsyncMongoClient("mongodb://localhost")
orders = client["shop"].orders

async def find(order_id):
    return await orders.find_one({"_id": order_id})
""",
)
pair(
    RULE,
    "redis from_url attribute",
    """
import redis

class Cache:
    def __init__(self, url):
        self.client = redis.from_url(url)

    async def get(self, key):
        return self.client.get(key) #!

    async def keep(self, key, value):
        self.client.setex(key, 60, value) #!
        self.client.expire(key, 60) #!
""",
    """
import redis.asyncio as redis

class Cache:
    def __init__(self, url):
        self.client = redis.from_url(url)

    async def get(self, key):
        return await self.client.get(key)
""",
    """
from redis.asyncio import Redis

class Cache:
    def __init__(self, url):
        self.client = Redis.from_url(url)

    async def get(self, key):
        return await self.client.get(key)
""",
)
pair(
    RULE,
    "redis Redis.from_url pipeline",
    """
from redis import Redis

async def bump(names):
    connection = Redis.from_url("redis://localhost")
    pipe = connection.pipeline()
    for name in names:
        pipe.incr(name)
    return pipe.execute() #!
""",
    {"return pipe.execute() #!": "return await asyncio.to_thread(pipe.execute)", "from redis": "import asyncio\nfrom redis"},
)
pair(
    RULE,
    "psycopg2 with blocks",
    """
import psycopg2

async def names(dsn):
    with psycopg2.connect(dsn) as connection: #!
        with connection.cursor() as cursor:
            cursor.execute("select name from users") #!
            return cursor.fetchall()
""",
    """
import psycopg

async def names(dsn):
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        async with connection.cursor() as cursor:
            await cursor.execute("select name from users")
            return await cursor.fetchall()
""",
)
pair(
    RULE,
    "sqlalchemy session in endpoint",
    """
from fastapi import Depends, FastAPI
from sqlalchemy.orm import Session

app = FastAPI()

@app.get("/users")
async def users(db: Session = Depends(get_db)):
    return db.query(User).all() #!
""",
    {"async def users": "def users"},
    """
from fastapi import Depends, FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

app = FastAPI()

@app.get("/users")
async def users(db: AsyncSession = Depends(get_db)):
    return (await db.execute(select(User))).scalars().all()
""",
)
pair(
    RULE,
    "sqlalchemy execute commit",
    """
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker

engine = create_engine("postgresql://localhost/x")
SessionLocal = sessionmaker(bind=engine)

async def save(user):
    session = SessionLocal()
    session.add(user)
    session.commit() #!

async def count():
    with engine.connect() as connection: #!
        return connection.execute(text("select count(*) from t")).scalar() #!
""",
    """
from sqlalchemy.ext.asyncio import create_async_engine, async_sessionmaker

engine = create_async_engine("postgresql+asyncpg://localhost/x")
SessionLocal = async_sessionmaker(bind=engine)

async def save(user):
    async with SessionLocal() as session:
        session.add(user)
        await session.commit()
""",
)
pair(
    RULE,
    "smtplib send",
    """
import smtplib

async def mail(message):
    with smtplib.SMTP("localhost") as server: #!
        server.starttls() #!
        server.login("a", "b") #!
        server.send_message(message) #!
""",
    """
import aiosmtplib

async def mail(message):
    await aiosmtplib.send(message, hostname="localhost")
""",
)
pair(
    RULE,
    "imaplib",
    """
import imaplib

async def unread(user, password):
    box = imaplib.IMAP4_SSL("mail.example.org") #!
    box.login(user, password) #!
    box.select("INBOX") #!
    return box.search(None, "UNSEEN") #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "ldap3 connection bind",
    """
import ldap3

async def check(user, password):
    server = ldap3.Server("ldap.example.org")
    connection = ldap3.Connection(server, user, password)
    return connection.bind() #!
""",
    {"return connection.bind() #!": "return await asyncio.to_thread(connection.bind)", "import ldap3": "import asyncio, ldap3"},
)
pair(
    RULE,
    "python-ldap",
    """
import ldap

class Auth:
    def __init__(self, url):
        self.conn = ldap.initialize(url)

    async def find(self, base, text):
        return self.conn.search_s(base, ldap.SCOPE_SUBTREE, text) #!

class Other(Auth):
    async def bind(self, dn, password):
        self.conn.simple_bind_s(dn, password) #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "paramiko",
    """
import paramiko

async def deploy(host):
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect(host) #!
    client.exec_command("systemctl restart app") #!
    sftp = client.open_sftp() #!
    sftp.put("a", "b") #!
    client.close()
""",
    {"async def": "def"},
)
pair(
    RULE,
    "kafka producer",
    """
from kafka import KafkaProducer

producer = KafkaProducer(bootstrap_servers="localhost")

async def publish(event):
    producer.send("events", event)
    producer.flush() #!
""",
    """
from aiokafka import AIOKafkaProducer

async def publish(producer: AIOKafkaProducer, event):
    await producer.send("events", event)
    await producer.flush()
""",
)
pair(
    RULE,
    "kafka consumer poll",
    """
import asyncio
from kafka import KafkaConsumer

async def consume():
    consumer = KafkaConsumer("events")
    while True:
        for records in consumer.poll(timeout_ms=1000).values(): #!
            await handle(records)
""",
    {"consumer.poll(timeout_ms=1000).values(): #!": "(await asyncio.to_thread(consumer.poll, timeout_ms=1000)).values():"},
)
pair(
    RULE,
    "confluent consumer",
    """
from confluent_kafka import Consumer

async def consume(settings):
    consumer = Consumer(settings)
    consumer.subscribe(["events"])
    while True:
        message = consumer.poll(1.0) #!
        await handle(message)
""",
    {
        "message = consumer.poll(1.0) #!": "message = consumer.poll(0)\n        await asyncio.sleep(0.1)",
        "from confluent": "import asyncio\nfrom confluent",
    },
)
pair(
    RULE,
    "docker run",
    """
import docker

client = docker.from_env()

async def run(image):
    return client.containers.run(image, detach=True) #!
""",
    {
        "return client.containers.run(image, detach=True) #!": "return await asyncio.to_thread(client.containers.run, image, detach=True)",
        "import docker": "import asyncio\nimport docker",
    },
)
pair(
    RULE,
    "elasticsearch",
    """
from elasticsearch import Elasticsearch

es = Elasticsearch("http://localhost")

async def find(text):
    return es.search(index="docs", query={"match": {"body": text}}) #!
""",
    """
from elasticsearch import AsyncElasticsearch

es = AsyncElasticsearch("http://localhost")

async def find(text):
    return await es.search(index="docs", query={"match": {"body": text}})
""",
)
pair(
    RULE,
    "openai sync client",
    """
from openai import OpenAI

client = OpenAI()

async def answer(question):
    reply = client.chat.completions.create(model="m", messages=[question]) #!
    return reply.choices[0].message.content
""",
    """
from openai import AsyncOpenAI

client = AsyncOpenAI()

async def answer(question):
    reply = await client.chat.completions.create(model="m", messages=[question])
    return reply.choices[0].message.content
""",
)
pair(
    RULE,
    "google credentials refresh",
    """
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

class Api:
    async def call(self, name):
        return self.headers()

    def headers(self):
        return self.token()

    def token(self):
        if self.credentials.expired:
            self.credentials.refresh(Request()) #!
        return self.credentials.token
""",
    {"async def": "def"},
)
pair(
    RULE,
    "google storage",
    """
from google.cloud import storage

client = storage.Client()

async def save(name, data):
    bucket = client.bucket("b")
    bucket.blob(name).upload_from_string(data) #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "two helpers to requests",
    """
import requests

class Api:
    async def load(self):
        return self._get("/a")

    def _get(self, path):
        return self._request("GET", path)

    def _request(self, method, path):
        return requests.request(method, self.base + path) #!
""",
    {'return self._get("/a")': 'return await asyncio.to_thread(self._get, "/a")', "import requests": "import asyncio\nimport requests"},
)
pair(
    RULE,
    "select poll",
    """
import select
import selectors

async def wait(fd):
    poller = select.poll()
    poller.register(fd)
    poller.poll() #!

async def wait_again(fd):
    selector = selectors.DefaultSelector()
    selector.register(fd, selectors.EVENT_READ)
    selector.select() #!
""",
    {"poller.poll() #!": "poller.poll(0)", "selector.select() #!": "selector.select(0)"},
)
pair(
    RULE,
    "pipe recv",
    """
from multiprocessing import Pipe, Process

async def run(work):
    ours, theirs = Pipe()
    process = Process(target=work, args=(theirs,))
    process.start()
    return ours.recv() #!
""",
    {"return ours.recv() #!": "return await asyncio.to_thread(ours.recv)", "from multi": "import asyncio\nfrom multi"},
    {
        "    return ours.recv() #!": "    while not ours.poll():\n        await asyncio.sleep(0.1)\n    return ours.recv()",
        "from multi": "import asyncio\nfrom multi",
    },
)
pair(
    RULE,
    "popen stdout",
    """
import subprocess

async def build():
    process = subprocess.Popen(["make"], stdout=subprocess.PIPE, text=True)
    first = process.stdout.readline() #!
    text = process.stdout.read() #!
    return first + text
""",
    """
import asyncio

async def build():
    process = await asyncio.create_subprocess_exec("make", stdout=asyncio.subprocess.PIPE)
    return await process.stdout.read()
""",
)
pair(
    RULE,
    "executor shutdown",
    """
from concurrent.futures import ThreadPoolExecutor

class Service:
    def __init__(self):
        self.pool = ThreadPoolExecutor(4)

    async def close(self):
        self.pool.shutdown(wait=True) #!
""",
    {"self.pool.shutdown(wait=True) #!": "self.pool.shutdown(wait=False)"},
    {"self.pool.shutdown(wait=True) #!": "await asyncio.to_thread(self.pool.shutdown)", "from conc": "import asyncio\nfrom conc"},
)
bad_variants(
    RULE,
    "one call",
    """
import dns.resolver, git, hvac, feedparser, pika, psutil, telnetlib, xmlrpc.client, yt_dlp, click, shutil, tarfile, zipfile, filelock, signal, socket, fcntl
import serial, minio, neo4j, kubernetes, pymssql, requests, imaplib, poplib, ftplib, urllib3, ssl, time, os, pexpect, zmq
from kubernetes import client as k8s
from netmiko import ConnectHandler
from cassandra.cluster import Cluster
from slack_sdk import WebClient
import anthropic
async def work(name, path):
    BODY
""",
    {
        "dns": "return dns.resolver.resolve(name, 'A') #!",
        "git clone": "git.Repo.clone_from(name, path) #!",
        "feedparser": "return feedparser.parse(name) #!",
        "pika": "connection = pika.BlockingConnection(pika.ConnectionParameters(name)) #!",
        "psutil": "return psutil.cpu_percent(interval=1) #!",
        "telnet": "t = telnetlib.Telnet(name) #!",
        "xmlrpc": "proxy = xmlrpc.client.ServerProxy(name)\nreturn proxy.list_methods() #!",
        "yt_dlp": "with yt_dlp.YoutubeDL({}) as ydl:\n    ydl.download([name]) #!",
        "click": "return click.prompt('Name') #!",
        "copytree": "shutil.copytree(name, path) #!",
        "make_archive": "shutil.make_archive(name, 'zip', path) #!",
        "extractall": "with zipfile.ZipFile(path) as archive:\n    archive.extractall(name) #!",
        "tar extractall": "with tarfile.open(path) as archive:\n    archive.extractall(name) #!",
        "filelock": "with filelock.FileLock(path): #!\n    write(name)",
        "sigwait": "signal.sigwait([signal.SIGINT]) #!",
        "serial": "port = serial.Serial(path)\nreturn port.readline() #!",
        "minio": "client = minio.Minio(name)\nclient.fput_object('b', 'k', path) #!",
        "neo4j": "driver = neo4j.GraphDatabase.driver(name)\nwith driver.session() as session:\n    return session.run('match (n) return n') #!",
        "k8s": "api = k8s.CoreV1Api()\nreturn api.list_namespaced_pod(name) #!",
        "pymssql": "connection = pymssql.connect(name) #!",
        "netmiko": "return ConnectHandler(host=name) #!",
        "cassandra": "session = Cluster([name]).connect() #!",
        "slack": "client = WebClient(token=name)\nclient.chat_postMessage(channel='c', text='t') #!",
        "anthropic": "client = anthropic.Anthropic()\nreturn client.messages.create(model='m') #!",
        "request session with": "with requests.Session() as session:\n    return session.get(name) #!",
        "ftp": "ftp = ftplib.FTP(name) #!\nftp.retrbinary('RETR a', print) #!",
        "pexpect": "child = pexpect.spawn(name)\nchild.expect('password') #!",
        "zmq": "context = zmq.Context()\nsocket = context.socket(zmq.REQ)\nreturn socket.recv() #!",
        "gethostbyname_ex": "return socket.gethostbyname(name) #!",
        "flock": "with open(path) as file:\n    fcntl.flock(file, fcntl.LOCK_EX) #!",
    },
)
safe_variants(
    "made but not asked",
    """
import asyncio, boto3, redis, shutil, psutil, zmq, zmq.asyncio, docker, pexpect, fcntl
async def work(name, path, session, client, db, cursor):
    BODY
""",
    {
        "psutil": "return psutil.cpu_percent()",
        "psutil0": "return psutil.cpu_percent(interval=0)",
        "zmq": "context = zmq.asyncio.Context()\nsocket = context.socket(zmq.REQ)\nreturn await socket.recv()",
        "pexpect": "child = pexpect.spawn(name)\nawait child.expect('password', async_=True)",
        "unknown": "client.send_message(name)\nsession.commit()\ncursor.execute('x')\ndb.orders.find_one(name)",
        "lambda": "await asyncio.to_thread(lambda: boto3.client('s3').put_object(Key=name))",
        "boto make": "s3 = boto3.client('s3')\npaginator = s3.get_paginator('list_objects')\nreturn paginator",
        "redis make": "return redis.Redis(host=name)",
        "docker make": "c = docker.from_env()\nreturn c.containers",
        "flock nb": "with open(path) as file:\n    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "flock un": "with open(path) as file:\n    fcntl.flock(file, fcntl.LOCK_UN)",
        "redis pipe building": "pipe = redis.Redis().pipeline()\npipe.get(name)\nawait asyncio.to_thread(pipe.execute)",
    },
)

pair(
    RULE,
    "bcrypt in login",
    """
import bcrypt

async def login(password, user):
    return bcrypt.checkpw(password, user.hash) #!
""",
    {
        "return bcrypt.checkpw(password, user.hash) #!": "return await asyncio.to_thread(bcrypt.checkpw, password, user.hash)",
        "import bcrypt": "import asyncio\nimport bcrypt",
    },
)
pair(
    RULE,
    "passlib context",
    """
from passlib.context import CryptContext

contexts = CryptContext(schemes=["bcrypt"])

class Users:
    async def check(self, user, password):
        return contexts.verify(password, user.hash) #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "tornado gen coroutine",
    """
import time
from tornado import gen

@gen.coroutine
def poll(client):
    while True:
        yield client.fetch("/status")
        time.sleep(1) #!
""",
    {"        time.sleep(1) #!": "        yield gen.sleep(1)"},
)
pair(
    RULE,
    "tornado handler",
    """
import requests
import tornado.web

class Page(tornado.web.RequestHandler):
    def get(self):
        self.write(requests.get("http://x").text) #!
""",
    {"import tornado.web": "import flask.views", "tornado.web.RequestHandler": "flask.views.MethodView"},
)
pair(
    RULE,
    "call_later by name",
    """
import asyncio
import time

class Poller:
    def __init__(self, loop):
        self.loop = loop
        self.loop.call_later(1, self.poll)

    def poll(self):
        time.sleep(1) #!
        self.loop.call_later(1, self.poll)
""",
    {"        time.sleep(1) #!\n": ""},
)
pair(
    RULE,
    "executor with block",
    """
from concurrent.futures import ThreadPoolExecutor

async def resize(images):
    with ThreadPoolExecutor() as pool: #!
        for image in images:
            pool.submit(image.resize).add_done_callback(report)
""",
    {
        "        for image in images:\n            pool.submit(image.resize).add_done_callback(report)": "        await asyncio.gather(*(asyncio.wrap_future(pool.submit(i.resize)) for i in images))",
        "from conc": "import asyncio\nfrom conc",
        " #!": "",
    },
)
pair(
    RULE,
    "getter of a client",
    """
import functools
import boto3

@functools.lru_cache
def get_bucket():
    return boto3.resource("s3").Bucket("data")

async def upload(name, file):
    get_bucket().upload_fileobj(file, name) #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "client passed on",
    """
import asyncio
import redis

async def worker(connection):
    while True:
        job = connection.blpop("jobs") #!
        await run(job)

async def main():
    connection = redis.Redis()
    await asyncio.gather(worker(connection), worker(connection))
""",
    {"import redis\n": "import redis.asyncio as redis\n", 'connection.blpop("jobs") #!': 'await connection.blpop("jobs")'},
)
pair(
    RULE,
    "client on app object",
    """
import redis
from fastapi import FastAPI

class Settings:
    def __init__(self):
        self.cache = redis.Redis(host="cache")

settings = Settings()
app = FastAPI()

@app.get("/x")
async def x(key: str):
    return settings.cache.get(key) #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "lazy client",
    """
import boto3

class Store:
    _client = None

    @property
    def client(self):
        if self._client is None:
            self._client = boto3.client("s3")
        return self._client

    async def save(self, key, data):
        self.client.put_object(Key=key, Body=data) #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "annotated attribute",
    """
import paramiko

class Shell:
    client: paramiko.SSHClient

    def __init__(self, client: paramiko.SSHClient):
        self.client = client

    async def run(self, command):
        _, out, _ = self.client.exec_command(command) #!
        return out
""",
    {"async def": "def"},
)
pair(
    RULE,
    "session in module",
    """
import requests

session = requests.Session()
session.headers["x"] = "y"

async def load(url):
    token = session.cookies.get("token")
    return session.get(url, params={"t": token}).json() #!
""",
    {"async def": "def"},
)
pair(
    RULE,
    "other module client",
    """
from app.db import engine

async def users():
    with engine.begin() as connection:
        return connection.execute("select 1") #!
""",
    {"async def": "def"},
    others={
        "app/db.py": """
from sqlalchemy import create_engine
engine = create_engine("postgresql://x")
""",
        "app/__init__.py": "",
    },
    path="app/users.py",
)
pair(
    RULE,
    "threading barrier",
    """
import threading

class Gate:
    def __init__(self):
        self.event = threading.Event()
        self.condition = threading.Condition()

    async def open(self):
        self.event.wait() #!

    async def turn(self):
        with self.condition:
            self.condition.wait() #!
""",
    {
        "self.event.wait() #!": "await asyncio.to_thread(self.event.wait)",
        "            self.condition.wait() #!": "            self.condition.notify()",
        "import threading": "import asyncio\nimport threading",
    },
)
pair(
    RULE,
    "unknown executor result",
    """
async def compute(executor, data):
    return executor.submit(work, data).result() #!
""",
    {
        "return executor.submit(work, data).result() #!": "return await asyncio.wrap_future(executor.submit(work, data))",
        "async def compute": "import asyncio\n\nasync def compute",
    },
)
pair(
    RULE,
    "celery get",
    """
from tasks import add

async def view(a, b):
    return add.delay(a, b).get(timeout=5) #!
""",
    {"async def": "def"},
)
safe_variants(
    "looks like a client",
    """
import asyncio, time, subprocess, threading, queue, redis, boto3, requests
from tornado import gen

class Thing:
    def __init__(self, client=None):
        self.client = client
        self.data = {}
        self.cache = redis.Redis()

    BODY
""",
    {
        "dict get": "async def a(self, key):\n    return self.data.get(key)",
        "redis cache config": "async def a(self):\n    return self.cache.connection_pool.get_connection",
        "unknown client": "async def a(self):\n    self.client.get('x')\n    self.client.execute('y')",
        "popen only": "async def a(self):\n    self.process = subprocess.Popen(['x'])",
        "answer fields": "async def a(self, loop):\n    r = await loop.run_in_executor(None, requests.get, 'http://x')\n    return r.headers.get('a'), r.json().get('b')",
        "event set": "async def a(self):\n    threading.Event().set()",
        "gen sleep": "@gen.coroutine\ndef a(self):\n    yield gen.sleep(1)",
        "not a coroutine": "@contextlib.contextmanager\ndef a(self):\n    time.sleep(1)\n    yield",
        "thread of its own": "async def a(self):\n    def run():\n        time.sleep(1)\n    await asyncio.to_thread(run)",
        "lambda in executor": "async def a(self, loop):\n    return await loop.run_in_executor(None, lambda: self.cache.get('x'))",
        "partial in executor": "async def a(self, loop):\n    import functools\n    return await loop.run_in_executor(None, functools.partial(self.cache.get, 'x'))",
    },
)
