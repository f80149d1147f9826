"""Libraries that ask servers, brokers, devices and programs: what makes their objects, and which methods wait.

Makers are dotted names as a user imports them; a `*` stands for any part of a name. What such an object gives
(`client.bucket("b").blob(name)`) counts as part of it.
"""

from __future__ import annotations

from pytest_gilcheck.model.evidence import Level
from pytest_gilcheck.rules.asyncio.blocking_calls import THREAD, Blocking
from pytest_gilcheck.rules.asyncio.client import HASHED, Client, network, told, words, zero, zero_or_absent

_LOCAL = Level.WARNING  # a service next door answers fast, mostly  # a service next door answers fast, mostly
_QUERY = words("all first one one_or_none count scalar get delete update")

SERVER_CLIENTS: tuple[tuple[str, Client], ...] = (
    (
        "pymongo.MongoClient pymongo.mongo_client.MongoClient",
        Client(
            words(
                "find_one find_one_* insert_one insert_many update_one update_many replace_one delete_one delete_many bulk_write "
                "count_documents estimated_document_count aggregate distinct create_index create_indexes drop drop_* command server_info "
                "list_collection_names list_database_names"
            ),
            network("the database", "`pymongo.AsyncMongoClient`", _LOCAL),
            lazy=words("find"),
        ),
    ),
    (
        (
            "redis.Redis redis.from_url redis.Redis.from_url redis.StrictRedis.from_url redis.RedisCluster redis.cluster.RedisCluster "
            "redis.Sentinel.master_for redis.sentinel.Sentinel"
        ),
        Client(
            words(
                "get set setex setnx psetex mget mset getset getdel delete unlink exists expire expireat pexpire ttl pttl persist "
                "incr incrby incrbyfloat decr decrby append keys scan rename type hget hset "
                "hmget hmset hgetall hdel hexists hincrby hkeys hvals "
                "hlen hsetnx lpush rpush lpop rpop lrange llen lindex lrem ltrim lset blpop brpop brpoplpush lmove rpoplpush sadd srem "
                "smembers sismember scard spop sinter sunion sdiff zadd zrem zrange zrangebyscore zscore zcard zincrby zremrangebyscore "
                "zrevrange zcount zrank publish execute ping flushdb flushall eval evalsha xadd xread xreadgroup xack xlen xrange "
                "xgroup_create execute_command dbsize info config_get config_set setbit getbit bitcount pfadd pfcount geoadd acquire"
            ),
            network("the database", "`redis.asyncio`", _LOCAL),
            {"pipeline": words("execute watch"), "pubsub": words("get_message listen subscribe psubscribe")},
            lazy=words("scan_iter hscan_iter sscan_iter"),
        ),
    ),
    (
        (
            "sqlalchemy.create_engine sqlalchemy.orm.Session sqlalchemy.orm.session.Session sqlalchemy.orm.sessionmaker "
            "sqlalchemy.orm.scoped_session sqlalchemy.engine.create_engine sqlmodel.Session sqlmodel.create_engine "
            "flask_sqlalchemy.SQLAlchemy"
        ),
        Client(
            words("execute scalar scalars commit flush refresh connect exec"),
            network("the database", "`sqlalchemy.ext.asyncio`", _LOCAL),
            {"query": _QUERY},
            give=words("connect"),
        ),
    ),
    (
        "ldap.initialize ldap.ldapobject.* ldap3.Connection",
        Client(
            words("*_s search search_ext bind unbind modify add delete rebind start_tls compare paged_search"),
            network("the directory server", "an asynchronous client (bonsai)"),
        ),
    ),
    (
        "paramiko.SSHClient paramiko.client.SSHClient paramiko.Transport paramiko.SFTPClient.from_transport fabric.Connection",
        Client(
            words(
                "connect exec_command open_sftp invoke_shell put get listdir listdir_attr stat remove mkdir rename recv recv_exit_status "
                "auth_password auth_publickey run sudo start_client open_session"
            ),
            network("the other machine", "asyncssh"),
            give=words("open_sftp open_session"),
        ),
    ),
    (
        "smtplib.SMTP smtplib.SMTP_SSL smtplib.LMTP",
        Client(words("connect ehlo helo starttls login sendmail send_message noop"), network("the mail server", "aiosmtplib")),
    ),
    (
        "imaplib.IMAP4 imaplib.IMAP4_SSL poplib.POP3 poplib.POP3_SSL nntplib.NNTP",
        Client(
            words("login select search fetch store append copy uid noop expunge list stat retr dele user pass_ starttls group article"),
            network("the mail server", "an asynchronous client (aioimaplib)"),
        ),
    ),
    (
        "ftplib.FTP ftplib.FTP_TLS",
        Client(
            words("connect login retrbinary retrlines storbinary storlines nlst cwd mkd rmd delete mlsd dir size sendcmd rename"),
            network("the server", "an asynchronous client (aioftp)"),
        ),
    ),
    ("telnetlib.Telnet", Client(words("open read_until read_all read_some expect interact"), network("the other machine", "telnetlib3"))),
    ("kafka.KafkaProducer", Client(words("flush"), network("the broker", "aiokafka", _LOCAL), {"send": words("get")})),
    (
        "kafka.KafkaConsumer",
        Client(
            words("poll"),
            network("the broker", "aiokafka", _LOCAL, zero_or_absent(0, "timeout_ms")),
        ),
    ),
    (
        "confluent_kafka.Consumer confluent_kafka.DeserializingConsumer confluent_kafka.Producer confluent_kafka.SerializingProducer",
        Client(words("poll consume flush"), network("the broker", "aiokafka", _LOCAL, zero(0, "timeout"))),
    ),
    (
        "docker.from_env docker.DockerClient docker.APIClient docker.client.DockerClient docker.client.from_env",
        Client(
            words(
                "run pull push build start stop restart kill remove wait logs exec_run list get create prune ping info version exec_start "
                "inspect_* create_* remove_* put_archive get_archive commit reload"
            ),
            network("the Docker daemon", "aiodocker"),
            give=words("get run create pull build"),
        ),
    ),
    (
        "elasticsearch.Elasticsearch opensearchpy.OpenSearch",
        Client(
            words(
                "search index get bulk delete update create exists count msearch mget scroll delete_by_query update_by_query reindex ping "
                "info refresh put_mapping health"
            ),
            network("the search server", "the package's asynchronous client", _LOCAL),
        ),
    ),
    (
        (
            "neo4j.GraphDatabase.driver cassandra.cluster.Cluster influxdb.InfluxDBClient influxdb_client.InfluxDBClient "
            "clickhouse_driver.Client clickhouse_connect.get_client arango.ArangoClient couchdb.Server"
        ),
        Client(
            words("run execute_* execute connect verify_connectivity query query_* write write_points insert command insert_df"),
            network("the database", "the driver's asynchronous twin", _LOCAL),
            give=words("connect"),
        ),
    ),
    (
        (
            "etcd3.client etcd.Client consul.Consul hvac.Client kazoo.client.KazooClient pymemcache.client.base.Client pymemcache.Client "
            "memcache.Client pylibmc.Client"
        ),
        Client(
            words(
                "get put set delete start write read get_children ensure_path create exists read_secret* create_or_update_secret login "
                "is_authenticated get_multi set_multi incr"
            ),
            network("the server", "an asynchronous client", _LOCAL),
        ),
    ),
    (
        "git.Repo git.repo.Repo",
        Client(
            words("pull push fetch clone submodule_update"),
            Blocking("another program", f"use `await asyncio.create_subprocess_exec(…)`, {THREAD}"),
        ),
    ),
    (
        "pika.BlockingConnection pika.adapters.BlockingConnection pika.adapters.blocking_connection.BlockingConnection kombu.Connection",
        Client(
            words(
                "channel basic_publish basic_get start_consuming queue_declare exchange_declare queue_bind process_data_events sleep "
                "drain_events connect ensure_connection consume"
            ),
            network("the broker", "aio-pika"),
            give=words("channel"),
        ),
    ),
    ("paho.mqtt.client.Client", Client(words("connect reconnect loop_forever wait_for_publish"), network("the broker", "aiomqtt"))),
    (
        "zmq.Context zmq.Context.instance",
        Client(words("recv recv_*"), network("the other side", "`zmq.asyncio`", None, told("NOBLOCK", "DONTWAIT"), brief=True)),
    ),
    (
        "pexpect.spawn pexpect.spawnu pexpect.pxssh.pxssh",
        Client(words("expect expect_exact expect_list wait"), network("another program", "`async_=True`", None, told("async_"))),
    ),
    (
        (
            "selenium.webdriver.Chrome selenium.webdriver.Firefox selenium.webdriver.Edge selenium.webdriver.Safari "
            "selenium.webdriver.Remote "
            "selenium.webdriver.support.ui.WebDriverWait"
        ),
        Client(
            words("get find_element find_elements execute_script save_screenshot refresh until until_not"),
            network("the browser", "playwright's async API"),
            give=words("find_element"),
        ),
    ),
    (
        "netmiko.ConnectHandler",
        Client(
            words("send_command send_command_* send_config_set send_config_from_file enable find_prompt save_config"),
            network("the device", "scrapli's asynchronous driver"),
        ),
    ),
    (
        "serial.Serial serial.serial_for_url",
        Client(words("read readline readlines read_until"), network("the device", "pyserial-asyncio", brief=True)),
    ),
    ("dns.resolver.Resolver", Client(words("resolve query"), network("the name server", "`dns.asyncresolver`"))),
    (
        "psutil.Process psutil.Popen",
        Client(
            words("wait"),
            Blocking(
                "the process's end", "wait in a thread: `await asyncio.to_thread(process.wait)`", zero(0, "timeout"), quiet_in_tests=True
            ),
        ),
    ),
    ("passlib.context.CryptContext argon2.PasswordHasher", Client(words("hash verify verify_and_update"), HASHED)),
)
