"""Prices, percentages and offers written out in words or digits; each belongs in a slot of the offer table."""

from __future__ import annotations

import re

from policies.brand.phrases import Phrase

_MONEY = r"(?:dollars?|bucks?|euros?|cents?|pence|quid|usd|eur|gbp|chf|cad|aud|grand)\b"
_SUBSTANCE = (
    "gluten|sugar|dairy|lactose|nuts?|eggs?|fat|soya?|caffeine|alcohol|meat|wheat|salt|oil|plastic|bpa|fragrance|cruelty|allergens?"
    "|additives?|risk|worry|stress|hassle|care|hands|trouble|guilt|cage|grain|preservatives?|carb|gmo|pesticide|chemical|antibiotics?"
)
_NOT_FREE = "".join(
    f"(?<!{word}[ -]free)"
    for part in _SUBSTANCE.split("|")
    for word in (
        [part[:-2], part[:-1]] if part.endswith("s?") else [part[:-2], part[:-1]] if part.endswith("a?") else [part]
    )
)
"""What goes before is asked once the word stands, for a search that begins with a letter is many times faster."""
_BEFORE_A_NUMBER = (
    "aisle|aisles|shelf|row|no.|no|number|nr.|page|step|room|unit|suite|floor|store|lane|gate|table|line|route|highway|serves|feeds|seats|turns|since"
    "|week|day|at|until|till|from|to|on|before|after|by|between|for|and|or|in|about|every|january|february|march|april|may|june|july|august"
    "|september|october|november|december"
)
_AFTER_A_NUMBER = (
    r"(?:(?:more )?minutes?|mins?|hours?|h|days?|nights?|weeks?|months?|years?|am|pm|a\.m|p\.m|o'clock|g|kg|mg|lbs?|oz|ml|cl|dl|l|lit(?:re|er)s?|cups?|pints?|quarts?|gallons?"
    r"|pounds?|ounces?|grams?|kilos?|(?:table|tea)?spoons?|tbsp|tsp|cloves?|degrees?|cm|mm|m|inch(?:es)?|feet|foot|people|persons?|guests|friends|servings?|portions?|slices?|eggs?|ways|steps"
    r"|ingredients|recipes|ideas|stalls|people|tables|chairs|pages|pieces|cooks|bakers|kitchens|pictures|photos|stations|counters|shelves|doors|floors|ovens|books|cards|words|questions|items|courses|parts|places|towns|cities|stages|tips|dishes|meals|dinners|lunches|plates|bowls|pans|pots|loaves|layers|seconds|secs|grown|candles|cookies|muffins|buns|pancakes|names|new|different|of our|boxes in|jars in|staff|colleagues|volunteers|kinds|sorts|types|stores|shops|aisles|miles?|km|blocks|st|nd|rd|th|[ap]m|to|and|or)\b|°|[-–/:x]\s?\d| x\b"
)
_NO_CONTEXT = "".join(f"(?<!\\b{re.escape(word)}[ ]\\d)" for word in _BEFORE_A_NUMBER.split("|"))
_OFFER = "{{ offer_title }}"
PRICES: tuple[Phrase, ...] = tuple(
    Phrase(pattern, _OFFER)
    for pattern in (
        r"(?:(?:just|only|under|from|now|for|at|over|about|below) )?[$€£¥₹][\s.*_-]{0,3}{num}(?: off| back| (?:a|per|each) ?\w*)?",
        r"\d[\d.,]*\s?[$€£¥₹]",
        rf"\b(?:usd|eur|gbp|chf|cad|aud)\s?{{num}}|{{count}} ?{_MONEY}(?: off| back| less)?",
        r"\b{count} pounds? (?:off|back|less|only|sterling)",
        r"(?:up to )?{count} ?(?:%|percent\b|per cent\b|pct\b)(?: (?:off|less|cheaper|discount|back|more|extra))?|{slot}\s?(?:%|percent\b|per cent\b|[$€£])|[$€£]\s?{slot}",
        r"\b(?:{count}|half|(?:a|one) (?:half|third|quarter|fifth|tenth)|(?:two|three) (?:thirds|quarters|fifths)) (?:off\b|less\b(?! than)|cheaper\b)",
        r"\bhalf ?(?:the )?(?:price|off|cost)\b|\bprices? (?:\w+ ){0,2}halved|\bhalved prices?",
        r"\b(?:prices?|costs?|bills?|fees?)\b(?:\s+[\w{slot}]+){0,5}?\s+(?:in half|by (?:a|one|two)?\s?(?:half|third|thirds|quarter|fifth|tenth))\b",
        r"\bslash\w* (?:\w+ ){0,2}(?:prices?|costs?)|\bprices? (?:\w+ ){0,2}(?:slashed|dropped|cut|reduced|down|crash\w*)\b|\brock bottom",
        rf"\bfree{_NOT_FREE}(?<!feel[ ]free)(?<!set[ ]free)\b(?![ -](?:range|standing|flowing|your|some|form|spirited|will|up|from|to|hand|on \w+day\?|evenings?|time|hours?|days?|weekends?|afternoons?|mornings?|moments?|nights?|fall|of (?!charge|cost))(?!\w))(?: (?:of (?:charge|cost)|gifts?|delivery|shipping|samples?))?",
        r"\bgratis\b|\bcomplimentary\b|\bfreebies?\b|\bgiveaways?\b|\b(?:giving|give|given|gives) (?:\w+ )?away\b|\bfor free\b",
        r"\b(?:at |for )?(?:no|zero|without) (?:\w+ )?(?:charges?|costs?|fees?|payment)\b|\bwithout paying\b|\bfree of charge\b",
        r"\b(?:for nothing|(?:pay|costs?|pays) (?:you )?(?:nothing|zero|peanuts)|nothing to pay|on the house|on our tab)\b|\b(?:is|are|be|it's|comes|drinks?|coffee|delivery|shipping|treat) on us\b|\bour treat\b",
        r"\bbogo\w*\b|\bb1g1\b|\bbuy (?:{count}|any|a|two)\b[^.!?\n]{0,20}?\bget\b(?: (?:{count}|the|a|another)\b)?[^.!?\n]{0,12}",
        r"(?<![\w:])(?:{num}|two|three|four|five|six) for (?:the price of |[$€£] ?)?(?:{num}|one|two|three|four|five)\b(?! (?:people|persons|minutes|hours|days))",
        r"\bfor the price of\b|\b(?:at|below|under) cost\b|\b(?:wholesale|lowest|best|sale|special|bargain|unbeatable|crazy|reduced|knock ?down) prices?\b",
        r"\b(?:discount(?:s|ed)?|coupons?|vouchers?|rebates?|cash ?back|mark ?downs?|store credit|bonus points|clearance|bargains?|money off|special offers?|price (?:cut|drop|reduction)s?|gift cards?|loyalty points|double points|triple points)\b",
        r"\bon sale\b|\b(?:big|summer|winter|spring|autumn|flash|holiday|weekend) sale\b",
        r"\b(?:use|enter|with|apply|type|quote) (?:the |our |this |promo |coupon |voucher )?code:? (?!word)\w+\b|\b(?:promo|coupon|voucher) codes?\b",
        r"\b(?:costs?|priced? (?:at|from)|pay|pays|paid|was|price:?|price is|yours for) (?:just |only |you |as little as |about )?{num}(?! ?(?:minutes?|hours?|days?|weeks?|am|pm|years?|people|customers))(?:[.,]\d\d)?",
        r"(?<![\d.,])\d+[.,]\d\d\b(?![.,:]?\d)(?! ?(?:am|pm|kg|g|l|lb|lbs|oz|cm|mm|m|ml|litres?|liters?|miles?|km)\b)",
        r"\b{count} (?:each|apiece|a (?:piece|pound|kilo|pack|bag|box|dozen|jar|bottle)|per (?:pack|piece|kilo|pound|bag|box|item|kg|lb))\b",
        r"\bsav(?:e|es|ing)(?: you)?(?: up to)? (?:{count}|big|hundreds|thousands|half|a fortune|a bundle|a quarter|a third|money|loads)\b(?! (?:minutes?|hours?|days?|trips?))",
        rf"\d(?<![\w.,:/#’'-]\d)(?!\d\d ?[cf]\b|\d*[a-z]+\d){_NO_CONTEXT}(?<!(?=(?:19|20)\d\d\b)\d)[\d.,]*+(?! ?{_AFTER_A_NUMBER})",
        r"\b(?:a )?(?:tenner|fiver|penny|pennies|nickel|dime)\b|\b(?:double|triple|twice) (?:the |your )?(?:discount|savings|points|money|coupons?)\b",
    )
)
