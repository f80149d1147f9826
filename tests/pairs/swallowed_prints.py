"""Handlers in workers that show a text and leave the error out of it."""

from __future__ import annotations

from tests.pairs.kit import bad_variants, pair, safe_variants

RULE = "GIL203"

TEMPLATE = """
import threading, click, logging, sys, time, traceback
from rich.console import Console
console = Console()
logger = logging.getLogger(__name__)
failed = 0
lock = threading.Lock()

def safe_print(*args):
    with lock:
        print(*args)

class Board:
    def __init__(self):
        self.failed = 0
        self.running = True

    def worker(self, job):
        global failed
        try:
            dispatch(job)
            consume(job)
        BODY

    def start(self, jobs):
        threads = [threading.Thread(target=self.worker, args=(job,)) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
"""
bad_variants(
    RULE,
    "handlers",
    TEMPLATE,
    {
        "safe_print": "except Exception:\n    safe_print(job, 'abandoned')",
        "click": "except Exception:\n    click.echo('job failed')",
        "rich": "except Exception:\n    console.print('[red]failed')",
        "stderr": "except Exception:\n    sys.stderr.write('worker failed\\n')",
        "abandon and count": "except Exception:\n    job.abandon()\n    self.failed += 1\n    safe_print('abandoned')",
        "pass": "except Exception:\n    pass",
        "bare": "except:\n    return",
        "ellipsis": "except BaseException:\n    ...",
        "continue": "except Exception:\n    return None",
        "sleep": "except Exception:\n    time.sleep(1)",
        "log debug": "except Exception:\n    logger.debug('failed')",
        "name unused": "except Exception as e:\n    pass",
        "name unused print": "except Exception as error:\n    print('job failed')",
        "tuple": "except (ValueError, Exception):\n    pass",
    },
)
safe_variants(
    "handlers that tell",
    TEMPLATE,
    {
        "log exc": "except Exception:\n    logger.exception('failed')",
        "print exc": "except Exception as e:\n    safe_print('failed', e)",
        "traceback": "except Exception:\n    traceback.print_exc()",
        "format": "except Exception:\n    safe_print(traceback.format_exc())",
        "narrow": "except KeyError:\n    pass",
        "raise": "except Exception:\n    raise",
        "store": "except Exception as e:\n    self.errors.append(e)",
        "exc_info": "except Exception:\n    logger.warning('failed', exc_info=True)",
        "sys exc": "except Exception:\n    self.error = sys.exc_info()",
        "exit": "except Exception:\n    sys.exit(1)",
    },
)
pair(
    RULE,
    "async worker prints",
    """
import asyncio

async def worker(queue):
    while True:
        item = await queue.get()
        try:
            await handle(item)
        except Exception: #!
            print("failed to handle item")
        finally:
            queue.task_done()

async def main(queue):
    tasks = [asyncio.create_task(worker(queue)) for _ in range(3)]
    await queue.join()
    for task in tasks:
        task.cancel()
""",
    {
        '        except Exception: #!\n            print("failed to handle item")': '        except Exception as error:\n            print("failed to handle item", error)'
    },
)
pair(
    RULE,
    "pool returns false",
    """
from concurrent.futures import ThreadPoolExecutor

def upload(path):
    try:
        client.upload(path)
        return True
    except Exception: #!
        return False

def main(paths):
    with ThreadPoolExecutor() as pool:
        print(sum(pool.map(upload, paths)))
""",
    {"    except Exception: #!\n        return False": "    except OSError:\n        return False"},
)
