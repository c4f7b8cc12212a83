"""Statements of fact that need evidence: health, science, guarantees, superlatives, the environment, comparisons."""

from __future__ import annotations

from policies.brand.phrases import Phrase

_BODY = (
    r"(?:cholesterol|blood pressure|blood sugar|glucose|inflammation|stress|anxiety|weight|appetite|sleep|digestion|memory|mood|skin"
    r"|energy|immun\w*|gut|metabolism|concentration|focus|health|hair|wrinkles|pain|heart|brain|bones?|muscles?|liver|libido|stamina|eyesight|joints)"
)
_ILL = (
    r"(?:diseases?|cancer|flu|colds?|diabetes|infections?|age?ing|arthritis|illness\w*|pain|headaches?|heart|allerg\w+|virus\w*"
    r"|depression|insomnia|fatigue|tiredness|migraines?|wrinkles|obesity|bloating|hangovers?)\b"
)
_EXPERTS = (
    r"(?:doctors?|physicians?|dermatologists?|dentists?|dieti[ct]ians?|nutritionists?|experts?|scientists?|pharmacists?|specialists?"
    r"|researchers?|vets?|paediatricians?|pediatricians?|nurses?|chefs|professionals?)"
)
_PEOPLE = r"(?:customers|people|shoppers|doctors|dentists|households|families|members|parents|mums|moms|women|men|experts|users|cooks|kids|children)"
_STREET = r"(?:\w+\s+){1,2}(?:street|road|avenue|lane|square|st|rd|ave|place|way|drive|boulevard|row|plaza)\b"

CLAIMS: tuple[Phrase, ...] = tuple(
    Phrase(pattern)
    for pattern in (
        # health
        r"\bcures?\b(?! (?:ham|meat|bacon|fish|salmon|sausage))|\bheal(?:s|ing)? (?:your|the|wounds|you)\b|\bremed(?:y|ies)\b|\bmedicinal\b|\btherapeutic\b",
        rf"\b(?:lower|reduc|control|regulat|balanc|normali[sz]|improv|stabili[sz]|enhanc|optimi[sz]|boost|strengthen|support|protect|speed|increas|rais|restor|reviv|cleans|purif)\w*(?: up)?(?: (?:your|the|high|bad|natural|body's|overall))* {_BODY}\b",
        rf"\b(?:prevent|fight|combat|ward|beat|treat|stop|ease|reliev|avoid|guard|protect|revers|eliminat|slow|sooth)\w*(?: off| against| you)*(?: \w+)? {_ILL}",
        r"\b(?:lose|losing|drop|shed) (?:\w+ )?(?:weight|pounds|kilos|inches)\b|\bweight loss\b|\bslim(?:ming|s you)\b|\b(?:burn|melt)(?:s|ing)? (?:\w+ )?(?:fat|calories)\b|\bfat burning\b|\bdetox\w*|\bflat(?:ter)? (?:belly|stomach)\b",
        r"\banti (?:age?ing|inflammatory|oxidants?|bacterial|viral|wrinkle)|\bsuper ?foods?\b|\bhealthie(?:r|st)\b|\bheart healthy\b|\bimmun\w+ boost\w*|\bside effects?\b",
        rf"\b(?:good|great|better|best|kind|gentle) (?:for|on|to) (?:your |the )?{_BODY}\b|\bkeeps? you (?:young|healthy|slim|fit|full|strong|well)\b|\b(?:live|stay) (?:longer|younger)\b",
        # science and authority
        r"\b(?:clinical|medical|scientific|laborator|dermatolog|lab)\w* (?:\w+ )?(?:proven|tested|shown|approved|verified|stud\w+|backed|validated|demonstrated|trial\w*|evidence)\b|\bproven\b|\bproves? (?:that|to|it|our|how)\b|\bprove that\b",
        rf"\b{_EXPERTS} (?:have |has |all |always |widely |strongly |highly |everywhere )*(?:recommend|agree|approve|prove|confirm|say|swear|trust|endorse|prefer|choose|love|back)\w*\b",
        rf"\b(?:recommended|approved|endorsed|trusted|backed|tested|loved|verified|preferred|chosen) by (?:\w+ )?(?:{_EXPERTS}|science|millions|thousands|families|everyone|mothers|parents|athletes)\b",
        r"\b(?:science|studies|study|research|tests?|trials?|surveys?|evidence|data) (?:\w+ )?(?:says?|shows?|proves?|prove|confirms?|confirmed|suggests?|finds?|found|reveals?|demonstrates?)\b",
        r"\bcertified\b|\baccredited\b|\bpatented\b|\bofficially\b",
        # promises
        r"\bguarante\w*|\bmoney back\b|\bnever fails?\b|\balways works?\b|\bfoolproof\b|\bworks every time\b|\bsatisfaction assured\b",
        r"\b100 ?(?:%|percent|per cent) (?:natural|safe|pure|organic|fresh|sustainable|recycl\w+|real|harmless|satisf\w+|effective|\w+)\b",
        r"\b(?:completely|totally|absolutely|fully|entirely|all|purely|wholly) (?:natural|safe|pure|recyclable|organic|harmless|biodegradable|compostable|sustainable|effective)\b",
        # superlatives
        r"\b(?:the|our|your) (?:very |absolute )?best\b(?! (?:part|way|ways|time|times|before|thing|things|moment|moments|friends?|wishes|luck|of luck|bit|place to sit|season|tip|if|when|with))",
        r"\b(?:world|planet|earth|country|nation|state|region|town|city|america|britain|canada|[a-z]{3,}(?<!day)(?<!let)(?<!who)(?<!that)(?<!here)(?<!what)(?<!it))'s (?:\w+ )?(?:best|finest|freshest|favou?rite|number one|no\. ?1|top|leading|most \w+|healthiest|greatest)\b",
        r"\b(?:finest|freshest|tastiest|safest|purest|cleanest|greatest|cheapest|strongest|juiciest|highest quality|top quality|top rated|best (?:in|grocer|shop|store|quality|selling|tasting|rated|known))\b|\bbestsell\w+",
        r"\bthe most (?!of\b|part\b|likely\b|recent\b)\w+|\bthe only (?!thing|time|question|way to know)(?:\w+ ){0,3}(?:you|that|in|on|with|for|trust\w*|grocer|shop|choice|brand)\b|\bthe leading\b|\b(?:market|industry|world) lead\w+",
        r"\baward winning\b|\baward winner\b|\b(?:voted|rated|ranked|crowned)\b|\bnamed (?:the )?(?:best|top|number)|\bworld (?:class|famous|leading|renowned)\b",
        r"\bsecond to none\b|\bun(?:beat\w+|match\w+|rivall?ed|parallell?ed|surpassed|equall?ed)\b|\bincomparable\b|\bpeerless\b|\blike no other\b|\bmirac\w+|\brevolutionary\b|\bbreakthrough\b|\bin a class of (?:its|their) own\b",
        rf"(?:\bnumber|\bno\.?|#|\bnr\.?)\s?(?:1|one)\b(?! {_STREET})(?! on (?:the|your) list)",
        rf"\b(?:\d+|nine|eight|seven|six|four|three|two) (?:out of|in|of) (?:every )?(?:\d+|ten|five|four|three|hundred)\b(?= (?:\w+ )?{_PEOPLE})|\b\w+ out of ten\b|\b(?:millions|thousands) of (?:\w+ )?{_PEOPLE}",
        # environment and origin
        r"\bsustainab\w*|\beco ?(?:friendly|conscious|logical\w*)\b|\b(?:environmentally|planet|earth|climate|ocean) (?:friendly|safe|conscious)\b|\bgood for the (?:planet|climate|environment)\b|\bsav(?:e|es|ing) the planet\b",
        r"\bbiodegradable\b|\bcompostable\b|\brecyclable\b|\brecycled\b|\b(?:carbon|climate|emissions?|co2) (?:neutral\w*|positive|negative|free)\b|\b(?:zero|no|net zero|low) (?:emissions?|waste|carbon)\b|\bnet zero\b|\bplastic free\b|\bgreen(?:er|est) (?:choice|shop|packaging|grocer|brand|store)\b",
        r"\borganic\w*\b|\bnon gmo\b|\bgmo free\b|\bfair ?trade\b|\bethical\w*\b|\bresponsibly \w+|\bhumane\w*\b|\b(?:chemical|pesticide|cruelty|toxin|additive|antibiotic) free\b|\blocally (?:sourced|grown|made|caught|farmed|produced)\b|\bwild caught\b|\bfarm fresh\b|\bgrass fed\b",
    )
)

COMPARISONS: tuple[Phrase, ...] = tuple(
    Phrase(pattern, instead)
    for pattern, instead in (
        (
            r"\b(?:better|cheaper|fresher|healthier|tastier|faster|safer|stronger|juicier|crisper|cleaner|lower|greener|kinder|bigger|less expensive|more (?:affordable|effective|natural|reliable|trusted|nutritious|delicious|sustainable)) than (?!ever\b|you (?:think|expect)|expected|before\b|usual\b|late\b)",
            None,
        ),
        (
            r"\b(?:nobody|no one|no other \w+|no (?:shop|store|grocer|brand)|none)(?: else)? (?:sells?|beats?|offers?|comes close|does it|can match|matches|has|makes?|bakes?|grows?)\b(?:(?: \w+){1,5} (?:cheaper|better|fresher)\b)?",
            None,
        ),
        (
            r"\bnothing (?:beats|compares|comes close)\b|\b(?:beats|outperforms?|outsells?|outdoes|outclass\w*|trumps) (?:\w+ )?(?:any|every|all|the|other|our|them)\b|\boutperform\w*",
            None,
        ),
        (
            r"\bunlike (?:other|our|the|any|most|what|cheap|some)\b|\b(?:our|the|other|any) (?:competitors?|rivals?|competition)\b|\bevery (?:rival|competitor)\b|\bcompared (?:to|with) (?:other|our|the)\b|\bleading brands?\b|\bbrand x\b|\bversus\b|\bvs\b",
            None,
        ),
        (
            r"\b(?:other|any other|those other|rival|competing) (?:stores?|shops?|brands?|supermarkets?|grocers?|products?)\b|\bthe (?:store|shop|supermarket) (?:next door|down the (?:road|street))\b",
            None,
        ),
    )
)
