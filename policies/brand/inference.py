"""What copy must not show to know or guess: health, faith, origin, sexuality, family, money, and being watched."""

from __future__ import annotations

from policies.brand.phrases import Phrase

_STATES = (
    r"(?:pregnant|expecting|trying to conceive|infertile|diabetic|over ?weight|obese|ill|sick|unwell|depressed|anxious|disabled|autistic"
    r"|hiv positive|menopausal|an addict|addicted|an alcoholic|alcoholic|in recovery|recovering|dying|divorced|separated|widowed|single|bereaved|grieving"
    r"|unemployed|jobless|out of work|broke|poor|in debt|bankrupt|struggling|short of money|gay|lesbian|bisexual|transgender|trans|queer"
    r"|christian|catholic|protestant|muslim|jewish|hindu|buddhist|sikh|atheist|mormon|religious|hispanic|latin[oax]|african american|black|asian|arab"
    r"|native american|an immigrant|immigrant|elderly|a refugee|undocumented)"
)
_GROUPS = (
    r"(?:gay|lesbian|bisexual|trans(?:gender)?|queer|straight|christian|catholic|muslim|jewish|jew|hindu|buddhist|sikh|mormon|diabetic|pregnant|disabled|obese"
    r"|hispanic|latin[oax]|black|african american|asian|arab|immigrant|unemployed|low income|divorced|widowed|single)"
)
_PERSON = r"(?:man|men|woman|women|person|people|couples?|famil(?:y|ies)|mothers?|fathers?|parents?|customers?|shoppers?|households?|like you|believers?)"
_OWN = (
    r"(?:diagnos\w+|pregnancy|illness|disease|medical \w+|health (?:problems?|conditions?|issues?)|medications?|weight|obesity|disability|depression|anxiety|diabetes|addiction"
    r"|religion|religious \w+|faith|ethnicity|ethnic \w+|race|skin colou?r|sexuality|sexual \w+|orientation|gender|income|salary|wages?|debts?|credit (?:score|card debt|rating)|finances"
    r"|financial \w+|money (?:troubles?|problems?|worries)|bank \w+|divorce|break ?up|miscarriage|therapy|symptoms?|bmi|heritage|roots|ancestry|nationality|immigration \w+|bankruptcy|due date|unborn|political \w+|politics|loss)"
)
INFERENCES: tuple[Phrase, ...] = tuple(
    Phrase(pattern)
    for pattern in (
        r"\bwe(?:'ve| have)? (?:just |also |often )?(?:noticed|saw|seen|see|know|knew|can tell|observed|learned|learnt|found out|detected|spotted|discovered|tracked|could see)(?: (?:that|how|when|what|where|why))? (?:you(?:'re|'ve)?|your)\b",
        r"\b(?:our|the) (?:records?|data|systems?|files?|cameras?|computers?) (?:show|shows|say|says|tell|tells|indicate|indicates|suggest|suggests)\b|\baccording to (?:our|your) (?:records?|data|purchases?|history|profile)\b",
        rf"\b(?:based on|because of|given|due to|in view of|judging by|looking at|considering) your (?:\w+ )?(?:{_OWN}|purchases?|shopping|history|profile|age|browsing|spending|basket|location|behaviou?r)\b",
        rf"\byou(?:'re| are| were| have been| seem| seem to be| look| feel| must be| may be| might be)(?: (?:a|an|so|very|newly|recently|now|currently|probably|clearly|still|also))* {_STATES}\b",
        rf"\byour (?:\w+ )?{_OWN}\b|\byour baby(?:'s| is)? due\b|\byour (?:growing )?bump\b",
        rf"\b(?:as|being) (?:a |an )?(?:\w+ )?{_GROUPS}\b(?: {_PERSON})?|\bbeing {_STATES}\b",
        rf"\bfor (?:our |all |every )?{_GROUPS} {_PERSON}\b|\bfor (?:diabetics|muslims|christians|jews|hindus|latinos|immigrants|gays|lesbians) like you\b",
        r"\b(?:people|families|women|men|customers|shoppers|someone|those) (?:of|with|at|in) your (?:\w+ )?(?:faith|religion|race|age|background|kind|income|origin|ethnicity|condition|weight|size|situation|orientation|skin|means)\b",
        r"\b(?:money|cash|budgets?) (?:is|are|may be|must be|has been) (?:so |very |a bit )?(?:tight|short|scarce)\b|\bstruggl\w+ (?:with|to pay) (?:\w+ )?(?:debts?|money|bills?|rent|mortgage|finances|weight|addiction|depression|loss)\b|\byou (?:can't|cannot|could not) afford\b(?! to miss)",
        r"\b(?:since|because|now that|after|when) you (?:(?:have )?(?:lost|got divorced|gave birth|miscarried|came out|converted|moved out|suffer\w*|filed)|are having a baby|had (?:a baby|surgery))\b|\byou suffer\w* from\b|\blost your (?:job|home|husband|wife|partner|mother|father|baby)\b",
        rf"\bwe(?:'ve| have|'re| are) (?:been )?(?:watching|following|tracking|monitoring) (?:what )?you|\bbaby on the way\b|\b(?:living|coping|dealing|struggling) with (?:your )?(?:cancer|diabetes|{_OWN})\b|\bwe(?:'ve| have) been (?:watching|following|tracking)\b",
        rf"\b(?:someone|somebody|a person|people) (?:on|with|of|in) your {_OWN}\b|\b(?:as|for) (?:a |an )?(?:buddhist|sikh|atheist|mormon|widow|widower|refugee)s?\b",
        r"\byour (?:recent )?(?:searches|browsing|purchases) (?:show|tell|suggest|say|reveal)\w*\b|\bas a (?:diabetic|cancer patient|survivor|recovering \w+|single (?:mother|mom|mum|father|dad|parent))\b",
    )
)
