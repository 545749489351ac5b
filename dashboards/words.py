"""words: every fixed word of app and book, in Chinese and in English, by key."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
FILE = Path(__file__).with_name("words.yaml")


class UnknownWordError(KeyError):
    """A key that words.yaml does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


def word(key: str, language: Language) -> str:
    """The word or text of a key in a language.

    Raises:
        UnknownWordError: names the key and the nearest known ones.
    """
    found = words().get(key)
    if found is None:
        near = sorted(known for known in words() if known.split(".")[0] == key.split(".")[0])[:12]
        raise UnknownWordError(f"words.yaml has no {key!r}; near it are {near}. Add it in both languages.")
    return found[language]


def variant(key: str, *, is_demonstration: bool) -> str:
    """The key of the text for invented figures where they are and there is one, else the key."""
    other = f"{key}.demo"
    return other if is_demonstration and other in words() else key


@cache
def words() -> dict[str, dict[str, str]]:
    """All words by key; a key given in two sections, or without one of the languages, is a fault.

    Raises:
        ValueError: names the faulty keys.
    """
    sections = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    for entries in sections.values():
        for key, texts in (entries or {}).items():
            if key in found or set(texts) != {"zh", "en"} or not all(isinstance(text, str) for text in texts.values()):
                faults.append(key)
            found[key] = texts
    if faults:
        raise ValueError(f"words.yaml: {sorted(faults)} given twice or not in both languages (zh, en). Mend them.")
    return found
