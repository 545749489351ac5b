"""choose: the state of a page, which is what its address says: release, language, contrast and choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import duckdb
import streamlit as st

from dashboards import release_file
from dashboards.release_file import Release
from dashboards.theme import Mode
from dashboards.words import LANGUAGES, Language, variant, word

OVERVIEW, INDICATOR, TARGETS, CONTESTS, QUALITY = "overview", "indicator", "targets", "contests", "quality"
DEFAULT_LANGUAGE: Language = "zh"
NATION = "000000"


class UnknownChoiceError(LookupError):
    """The address names something that this release does not have.

    Args:
        name: the parameter.
        asked: what the address says.
    """

    def __init__(self, name: str, asked: str) -> None:
        self.name, self.asked = name, asked
        super().__init__(f"the address asks for {name}={asked}, which this release does not have.")


@dataclass(frozen=True)
class View:
    """What a page is shown in: one release, one language, one mode."""

    release: Release
    language: Language
    mode: Mode

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own on the release."""
        return self.release.cursor()

    def word(self, key: str) -> str:
        """A fixed word in the language of the view; of invented figures the one that says so, where there is one."""
        return word(variant(key, is_demonstration=self.is_demonstration), self.language)

    def of(self, row: Mapping[str, Any], stem: str) -> str:
        """A bilingual column of a row in the language of the view; the Chinese one where there is no other."""
        return str(row.get(f"{stem}_{self.language}") or row.get(f"{stem}_zh") or "")

    @property
    def is_demonstration(self) -> bool:
        """Whether the figures on the page are invented."""
        return self.release.is_demonstration

    @property
    def watermark(self) -> str:
        """What stands across every figure; nothing in a channel of real figures."""
        return self.word("demo.watermark") if self.is_demonstration else ""

    def link(self, page: str, **choices: str) -> str:
        """The address of a page in the same release, language and contrast."""
        stated = {"release": self.release.release_id} | choices
        if self.language != DEFAULT_LANGUAGE:
            stated["lang"] = self.language
        if self.mode == "contrast":
            stated["contrast"] = "more"
        return f"{'./' if page == OVERVIEW else page}?{urlencode(stated)}"


def language() -> Language:
    """The language that the address asks for; Chinese without one."""
    asked = kept("lang", DEFAULT_LANGUAGE)
    return asked if asked in LANGUAGES else DEFAULT_LANGUAGE


def mode() -> Mode:
    """High contrast where the address asks for it, else the theme of the browser."""
    if kept("contrast", "") == "more":
        return "contrast"
    return "dark" if st.context.theme.type == "dark" else "light"


def view() -> View:
    """The view that the address asks for; the release's id is then in the address.

    Raises:
        UnknownReleaseError: the address asks for a release that does not exist, or for a channel without one.
        NoReleaseError: there is no release at all.
    """
    asked, channel = st.query_params.get("release"), st.query_params.get("channel")
    if channel and not asked:
        asked = release_file.current_of(channel)
    st.query_params.pop("channel", None)
    release = release_file.open_release(asked or st.session_state.get("kept_release"))
    _write("release", release.release_id)
    return View(release, language(), mode())


def kept(name: str, default: str) -> str:
    """A parameter of the address, or what it last was in this session; written back where it is not the default."""
    value = str(st.query_params.get(name) or st.session_state.get(f"kept_{name}") or default)
    if value == default:
        st.session_state.pop(f"kept_{name}", None)
    else:
        _write(name, value)
    return value


def one_of(name: str, allowed: Sequence[str], default: str) -> str:
    """A parameter of the address that must name one of the things allowed; then written there.

    Raises:
        UnknownChoiceError: it names something else.
    """
    value = str(st.query_params.get(name) or st.session_state.get(f"kept_{name}") or default)
    if value not in allowed:
        st.session_state.pop(f"kept_{name}", None)
        raise UnknownChoiceError(name, value)
    _write(name, value)
    return value


def pick(
    label: str, name: str, allowed: Mapping[str, str], chosen: str, clears: Sequence[str] = (), box: str = ""
) -> None:
    """A select box that writes its choice into the address and takes what hangs on it out of there.

    Args:
        label: the words above the box.
        name: the parameter of the address.
        allowed: what may be chosen, and its words.
        chosen: what the address says now.
        clears: parameters that no longer mean anything after another choice.
        box: a name of its own where two boxes write one parameter.
    """
    key = f"pick_{box or name}"
    _box(label, key, allowed, chosen, lambda: _moved({name: str(st.session_state[key])}, clears))


def pick_pair(label: str, names: tuple[str, str], allowed: Mapping[str, str], chosen: str) -> None:
    """A select box whose choice is two parameters of the address, written first|second."""
    key = "pick_" + "_".join(names)

    def write() -> None:
        first, _, second = str(st.session_state[key]).partition("|")
        _moved({names[0]: first, names[1]: second}, ())

    _box(label, key, allowed, chosen, write)


def _box(label: str, key: str, allowed: Mapping[str, str], chosen: str, write: Callable[[], None]) -> None:
    st.session_state[key] = chosen
    st.selectbox(label, list(allowed), format_func=lambda option: allowed.get(option, option), key=key,
                 filter_mode=None, on_change=write)  # fmt: skip


def _moved(stated: Mapping[str, str], clears: Sequence[str]) -> None:
    for other in clears:
        st.query_params.pop(other, None)
        st.session_state.pop(f"kept_{other}", None)
    for name, value in stated.items():
        _write(name, value)


def _write(name: str, value: str) -> None:
    st.session_state[f"kept_{name}"] = value
    if st.query_params.get(name) != value:
        st.query_params[name] = value
