"""Pools of packages other than the standard library, by their canonical names. Tables only."""

from __future__ import annotations

# With ways of their own to start, pickle and end.
PROCESS_POOLS = (
    "pathos.pools.ProcessPool",
    "pathos.multiprocessing.ProcessPool",
    "pathos.multiprocessing.ProcessingPool",
    "pathos.pools.ParallelPool",
    "pathos.parallel.ParallelPool",
    "pathos.parallel.ParallelPythonPool",
    "pathos.pp.ParallelPool",
    "pathos.pp.ParallelPythonPool",
    "loky.ProcessPoolExecutor",
    "loky.process_executor.ProcessPoolExecutor",
    "loky.reusable_executor",
    "pebble.ProcessPool",
    "pebble.pool.ProcessPool",
    "mpire.WorkerPool",
)
THREAD_POOLS = (
    "pathos.pools.ThreadPool",
    "pathos.threading.ThreadPool",
    "pathos.threading.ThreadingPool",
    "pebble.ThreadPool",
    "pebble.pool.ThreadPool",
)

# Derived from the executors of `concurrent.futures`, or made to be used like them.
THREAD_EXECUTORS = (
    "futurist.ThreadPoolExecutor",
    "futurist.DynamicThreadPoolExecutor",
    "gevent.threadpool.ThreadPoolExecutor",
    "bounded_pool_executor.BoundedThreadPoolExecutor",
)
PROCESS_EXECUTORS = (
    "futurist.ProcessPoolExecutor",
    "bounded_pool_executor.BoundedProcessPoolExecutor",
    "deadpool.Deadpool",
)
