"""Avatars for a chat: the download waits in a thread, the event loop goes on."""

from __future__ import annotations

import asyncio
from urllib.request import urlopen


def download(url: str) -> bytes:
    with urlopen(url, timeout=5) as answer:
        return bytes(answer.read())


async def avatar(site: str, user: str) -> bytes:
    return await asyncio.to_thread(download, f"{site}/{user}.png")
