"""app: the pages, in reading order."""

from __future__ import annotations

from html import escape

import duckdb
import streamlit as st

from dashboards import choose, release_file, show
from dashboards.choose import CONTESTS, INDICATOR, OVERVIEW, QUALITY, TARGETS, UnknownChoiceError
from dashboards.release_file import NoReleaseError, UnknownReleaseError
from dashboards.words import Language, word

PAGES = (OVERVIEW, INDICATOR, TARGETS, CONTESTS, QUALITY)


def main() -> None:
    """Opens the release that the address asks for and runs the page."""
    language = choose.language()
    st.set_page_config(page_title=word("book.title", language), layout="wide", initial_sidebar_state="collapsed")
    show.style(choose.mode(), language)
    pages = [st.Page(f"screens/{name}.py", title=word(f"nav.{name}", language), url_path=name, default=name == OVERVIEW)
             for name in PAGES]  # fmt: skip
    page = st.navigation(pages, position="top")
    try:
        view = choose.view()
        show.ribbon(view)
        show.demonstration(view)
        page.run()
    except UnknownReleaseError as fault:
        unknown_release(fault, language)
    except NoReleaseError:
        show.head("", word("error.release.question", language), word("error.release.empty", language))
    except UnknownChoiceError as fault:
        unknown_choice(fault, language)
    except duckdb.Error as fault:
        show.head("", word("error.shape.question", language), word("error.shape.answer", language).format(fault))


def unknown_release(fault: UnknownReleaseError, language: Language) -> None:
    """What was asked for, and a link to every release that there is."""
    show.head("", word("error.release.question", language), word("error.release.answer", language).format(fault.asked))
    lang = "" if language == choose.DEFAULT_LANGUAGE else f"&lang={language}"
    rows = [f'<li><a href="./?release={escape(str(one["release_id"]))}{lang}" target="_self">'
            f"{escape(str(one['release_id']))}</a> {escape(show.channel_name(str(one['channel']), language))}</li>"
            for one in release_file.releases()]  # fmt: skip
    show.block(f'<ul class="bb-text">{"".join(rows)}</ul>')


def unknown_choice(fault: UnknownChoiceError, language: Language) -> None:
    """What the address asked for, and a way back."""
    said = word("error.choice.answer", language).format(fault.name, fault.asked)
    show.head("", word("error.choice.question", language), said)
    back = choose.view().link(OVERVIEW)
    show.block(f'<p class="bb-text"><a href="{escape(back)}" target="_self">'
               f"{escape(word('error.choice.back', language))}</a></p>")  # fmt: skip


main()
