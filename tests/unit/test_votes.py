"""The reader's own verdicts, and a class's put together."""

from __future__ import annotations

import pandas as pd
import pytest
import traitlets

from afkit.widgets.article import VERDICTS, ArticleWidget, article

pytestmark = pytest.mark.usefixtures("real_kit")

FIRST, SECOND = "claim-01", "claim-02"


@pytest.fixture
def widget() -> ArticleWidget:
    return article(vote_first=True)


def kits_verdict(widget: ArticleWidget, claim: str) -> str:
    return str(widget.table().loc[claim, "verdict"])


def other_than(verdict: str) -> str:
    return next(each for each in VERDICTS if each != verdict)


def test_votes_are_asked_for_only_on_demand() -> None:
    assert article().vote_first is False
    assert article(vote_first=True).vote_first is True


def test_a_new_article_has_no_votes_of_another(widget: ArticleWidget) -> None:
    widget.votes = {FIRST: "wrong"}
    assert article(vote_first=True).votes == {}


def test_a_vote_of_every_verdict_is_taken(widget: ArticleWidget) -> None:
    for verdict in VERDICTS:
        widget.votes = {FIRST: verdict}
        assert widget.votes == {FIRST: verdict}


@pytest.mark.parametrize(
    ("votes", "said"),
    [
        ({"claim-99": "wrong"}, "no claim 'claim-99'; the ids are in .table()"),
        ({"kabul-1": "wrong"}, "no claim 'kabul-1'"),
        ({FIRST: "true"}, f"'true' for {FIRST} is no verdict; write one of supported, imprecise"),
        ({FIRST: "as-of: true then, not later"}, "is no verdict"),
    ],
)
def test_a_vote_for_nothing_is_refused_in_words_and_changes_nothing(
    widget: ArticleWidget, votes: dict[str, str], said: str
) -> None:
    widget.votes = {SECOND: "supported"}
    with pytest.raises(traitlets.TraitError, match=said):
        widget.votes = votes
    assert widget.votes == {SECOND: "supported"}
    with pytest.raises(ValueError, match=said):
        widget.compare(votes)


def test_a_classs_votes_are_counted_with_ones_own(widget: ArticleWidget) -> None:
    right = kits_verdict(widget, FIRST)
    wrong = other_than(right)
    widget.votes = {FIRST: right}
    found = widget.compare({FIRST: right}, {FIRST: wrong, SECOND: wrong}, {}).loc[FIRST]
    assert found["own"] == found["verdict"] == right
    assert (found[right], found[wrong]) == (2, 1)
    assert found[list(VERDICTS)].sum() == 3
    assert found["agree"] == pytest.approx(2 / 3)


def test_a_claim_without_votes_has_no_agreement(widget: ArticleWidget) -> None:
    widget.votes = {FIRST: "wrong"}
    found = widget.compare().loc[SECOND]
    assert found["own"] == ""
    assert found[list(VERDICTS)].sum() == 0
    assert pd.isna(found["agree"])


def test_comparing_has_a_row_for_each_claim_and_changes_no_vote(widget: ArticleWidget) -> None:
    widget.votes = {SECOND: "disputed"}
    classmate = {FIRST: "wrong"}
    found = widget.compare(classmate)
    assert list(found.index) == list(widget.table().index)
    assert list(found.columns) == ["claim", "verdict", "own", *VERDICTS, "agree"]
    assert (widget.votes, classmate) == ({SECOND: "disputed"}, {FIRST: "wrong"})
