"""What a campaign is for, and the metric that it is judged by."""

from __future__ import annotations

import re

from agents.reading.found import Notes
from agents.reading.text import Span, Text, span_of
from campaigns.brief import Metric, Objective

_SAID: tuple[tuple[Objective, str], ...] = (
    ("win_back", r"w[io]n(?:ning)?[ -](?:\w+ ){0,4}?back|win-?back|(?:bring|get|lur|tempt|coax)\w*(?: \w+){0,4} back|re-?gain|recover|reactivat\w*|reclaim"),
    ("reengage", r"re-?engag\w*|wak(?:e|ing) up|reawaken"),
    ("cross_sell", r"cross-?sell\w*|cross sell\w*"),
    ("upsell", r"up-?sell\w*|trade up|trading up"),
    ("acquire", r"acqui(?:re|ring|sition)|new customers|prospects|recruit|sign up new"),
    ("activate", r"activat(?:e|ing|ion)|onboard\w*|first (?:purchase|order)|second (?:purchase|order)"),
    ("retain", r"retain\w*|retention|(?:prevent|reduce|stop|lower|cut|avoid)(?:ing)? churn|keep(?:ing)? (?:our |the |all )?(?:\w+ ){0,2}(?:customers|households|shoppers|members|people)|loyalty"),
)  # fmt: skip
_IMPLIED: tuple[tuple[Objective, str], ...] = (
    ("cross_sell", r"(?:not|never|n't)(?: yet| ever)? (?:bought|purchased|tried|ordered|buy) (?!anything|in\b|from\b|at\b|for\b|since\b|within\b|with\b|over\b|during\b)\w+|try (?:our |the )?\w+|introduc\w+"),
    ("win_back", r"lapsed|lapsing|churned|lost (?:customers|households|shoppers)|(?:not|never|n't)(?: yet| even)? (?:shopped|visited|returned|purchased|bought|ordered|come back|been)|stopped (?:shopping|buying)"),
    ("reengage", r"inactive|dormant|disengaged|unopened|silent"),
    ("upsell", r"spend(?:ing)? more|(?:buy|shop|order|purchase)(?:ing)?(?: \w+){0,2} more|more often|larger baskets?|bigger baskets?|basket (?:size|value)|order value|premium|upgrad\w+"),
    ("retain", r"at risk|churn|loyal|stay with us"),
)  # fmt: skip
_METRICS: tuple[tuple[Metric, str], ...] = (
    ("new_customers", r"new customers"),
    ("retention_90d", r"retention|retained|churn"),
    ("redemptions", r"redemptions?|redeem\w*|coupon use"),
    ("visits", r"visits?|foot ?fall|traffic|shopping trips|store trips"),
    ("incremental_margin", r"margins?|profits?|profitab\w+|contribution"),
    ("incremental_revenue", r"revenues?|sales|turnover|spend(?= per)|income"),
    ("conversions", r"conversions?|conversion rate|purchases|orders|buyers"),
)  # fmt: skip
_ASKING: dict[Objective, str] = {
    "win_back": r"w[io]n(?:ning)?[ -]back|win-?back|re-?gain|recover|reactivat\w*|reclaim|lur\w+|tempt\w*|coax\w*",
    "reengage": r"re-?engag\w*|wak(?:e|ing) up|reawaken\w*",
    "cross_sell": r"cross[- ]?sell\w*|introduc\w+",
    "upsell": r"up-?sell\w*|trad(?:e|ing) up|(?:larger|bigger) baskets?|basket (?:size|value)|order value|upgrad\w+",
    "acquire": r"acqui(?:re|ring|sition)|recruit\w*|sign up",
    "activate": r"activat(?:e|ing|ion)|onboard\w*|(?:a |the |their )?(?:first|second) (?:purchase|order)",
    "retain": r"retain\w*|retention|(?:(?:prevent|reduc|stop|lower|cut|avoid)\w* )?churn|loyalty|stay(?: with us)?",
}  # fmt: skip
_GOAL = r"(?:maximi[sz]\w+|optimi[sz]\w+|increas\w+|grow\w*|rais\w+|lift\w*|boost\w*|improv\w+|driv\w+|measured? (?:by|on|in|as)|judged by|metric(?: is|:)?|kpi(?: is|:)?|for the most|most|as (?:much|many)|more|\+ ?\d+ ?% ?(?:in |of )?)"
_NOT_MEASURED: dict[Metric, str] = {
    "redemptions": "redemptions are not compared between the groups: people held out get no offer to redeem",
    "visits": "visits are not in the data, only purchases",
    "retention_90d": "retention after 90 days lies beyond the campaign's follow-up",
    "new_customers": "the data hold only people who are customers already",
}
_PLAIN: frozenset[Metric] = frozenset({"incremental_margin", "incremental_revenue", "conversions", "redemptions", "retention_90d", "new_customers"})  # fmt: skip
_FROM_METRIC: dict[Metric, Objective] = {
    "incremental_margin": "upsell", "incremental_revenue": "upsell", "conversions": "upsell", "visits": "reengage",
    "redemptions": "reengage", "retention_90d": "retain", "new_customers": "acquire",
}  # fmt: skip


def read_objective(text: Text, metric: Metric | None, notes: Notes) -> Objective:
    """The objective that the words name, else the one that they imply, else one taken from the metric and noted.

    With neither words nor a metric to go by, a question is noted and `reengage` stands in for the answer.
    """
    for named in (_SAID, _IMPLIED):
        places = [
            (match.start(), objective)
            for objective, pattern in named
            if (match := re.search(rf"\b(?:{pattern})\b", text.plain, re.IGNORECASE))
        ]
        if places:
            return min(places)[1]
    if metric is not None:
        objective = _FROM_METRIC[metric]
        notes.assume("objective", objective, f"the goal names only the metric {metric}")
        return objective
    notes.ask("What should the campaign do: win back, retain, activate, acquire, cross-sell, upsell or re-engage?")
    return "reengage"


def settle_metrics(text: Text, metric: Metric | None, notes: Notes) -> None:
    """Ask which of two metrics decides when another is wanted beside the one that was read."""
    rest = re.sub(r"\0", " ", text.rest)
    wanted = _wanted(rest) or _mentioned(text, rest)
    first = min((place for place in wanted if place[2] == metric), default=None)
    for start, end, other, verb in wanted:
        if first is None or other == metric:
            continue
        between = rest[min(end, first[1]) : max(start, first[0])]
        # "Margin from purchases" names one metric, "conversions and margin" names two.
        if verb != first[3] or re.search(r"\b(?:and|or|plus|then|also)\b|[,;/+&]", between):
            named = f"'{rest[first[0] : first[1]]}' or '{rest[start:end]}'"
            notes.ask(f"Which one decides, {named}? A campaign is judged by one metric.")
            text.take(Span(start, end))
            return


def asked_for(text: Text, objective: Objective, metric: Metric | None) -> list[Span]:
    """Where the words name the objective and the metric that were read."""
    patterns = [_ASKING[objective], *(pattern for name, pattern in _METRICS if name == metric)]
    return [
        span_of(match)
        for pattern in patterns
        for match in re.finditer(rf"\b(?:{pattern})(?![\w])", text.rest, re.IGNORECASE)
    ]


def explain_metric(metric: Metric, notes: Notes) -> None:
    """Note which outcome decides when the experiment cannot be judged by the metric that was asked for."""
    if metric == "incremental_revenue":
        notes.assume(
            "primary_metric", "incremental_margin", "margin after all costs decides, and revenue is shown beside it"
        )
    elif metric in _NOT_MEASURED:
        notes.assume(
            "primary_metric", "conversions", f"judged by conversions per person, because {_NOT_MEASURED[metric]}"
        )


def _wanted(rest: str) -> list[tuple[int, int, Metric, int]]:
    """First place, place after the last, metric and place of the asking verb of every metric to be raised."""
    return [
        (match.start("metric"), match.end("metric"), metric, match.start())
        for metric, pattern in _METRICS
        for match in re.finditer(
            rf"\b{_GOAL}(?:[ :,&/]+[\w%+.-]+){{0,4}}?[ :,&/]+(?P<metric>(?:{pattern})\b)", rest, re.IGNORECASE
        )
    ]


def _mentioned(text: Text, rest: str) -> list[tuple[int, int, Metric, int]]:
    """The same for metrics that are named without an asking verb, which counts as their own."""
    return [
        (match.start(), match.end(), metric, match.start())
        for metric, pattern in _METRICS
        if metric in _PLAIN
        and (match := re.search(rf"\b(?:{pattern})\b", rest, re.IGNORECASE))
        and not text.about_people(match.start())
    ]


def read_metric(text: Text) -> Metric | None:
    """The metric that the words ask to be raised, else one that they mention, else None."""
    rest = re.sub(r"\0+", " ", text.rest)
    wanted = [
        (match.start("metric"), metric)
        for metric, pattern in _METRICS
        for match in re.finditer(
            rf"\b{_GOAL}(?:[ :]+[\w%+.-]+){{0,4}}?[ :]+(?P<metric>(?:{pattern})\b)", rest, re.IGNORECASE
        )
    ]
    if wanted:
        return min(wanted)[1]
    mentioned = [(start, metric) for start, _, metric, _ in _mentioned(text, rest)]
    return min(mentioned)[1] if mentioned else None
