"""Snippets that are judged otherwise than they say, each with the reason: misses to mend, and calls that can be argued either way.

Their tests must fail: whoever mends one takes it from this table.
"""

KNOWN: dict[str, str] = {
    "GIL101 decorated function runs at import": "a decorator that calls the function it decorates is not followed",
    "GIL101 guard lambda call": "the body of a lambda that is called while the file is imported is not followed",
    "GIL101 lambda called": "the body of a lambda that is called while the file is imported is not followed",
    "GIL201 waited for and asked only whether done": "told once, by GIL204 where the futures are waited for",
    "GIL201 wait is no reading": "told once, by GIL204 where the futures are waited for",
    "GIL202 spawn context pool imap_unordered": "the name `unused` counts as saying that the results are left aside on purpose",
    "GIL203 BaseException tuple": "the target is a method of an object of unknown class: nothing says that a process runs it",
    "GIL203 done callback swallows": "a done callback is no worker",
    "GIL203 handler only sets a name": "a handler that sets a name counts as telling, whatever the value",
    "GIL203 heartbeat goes on safe0": "a printed message that leaves the error out is still told, as a warning",
    "GIL203 template except Exception as e:": "a handler that sets a name counts as telling, whatever the value",
    "GIL203 ways method": "an attribute set at the end of the work counts as telling, though the error is gone",
    "GIL204 async function collecting in list": "`len(done)` counts as looking at the outcomes",
    "GIL301 context queue": "`while stack:` counts as a loop with a near end, though the loop fills the stack",
    "GIL301 short test": "a producer with a way out of its loop is left alone in a test",
    "GIL401 decorator lock": "a decorator named `synchronized` counts as a lock without looking into it",
    "GIL402 template in remove": "what is checked for comes from `map`: each thread is thought to get another one",
    "GIL402 memo of a recursive function": "the keys come from `map` over a range: the recursion that meets in one key is not followed",
    "GIL501 test loop": "a test that makes many pools is a stress test on purpose",
    "GIL501 while True": "a loop that pauses for seconds pays little for its pool",
    "GIL701 template shutdown": "`shutdown(wait=True)` is not known to wait for work that was submitted",
    "GIL701 template with pool": "the wait at the end of `with ThreadPoolExecutor()` is not known",
    "clean async sem": "GIL406 tells it: the semaphore is made in each call and limits nobody",
    "clean local dict check": "GIL601 tells it: counting in pure Python gains nothing from threads",
    "clean shape enumerate slot": "GIL601 tells it: adding up in pure Python gains nothing from threads",
    "clean shared acquire": "GIL404 tells it: the release stands in no `finally`",
}
