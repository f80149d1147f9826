from __future__ import annotations

import asyncio

import avatars
import avatars_blocking


def test_avatar(site: str) -> None:
    assert asyncio.run(avatars.avatar(site, "ada")) == b"/ada.png"


def test_blocking_avatar_is_the_same_picture(site: str) -> None:
    assert asyncio.run(avatars_blocking.avatar(site, "ada")) == b"/ada.png"
