"""Closed classes of words that tell a plain predicate (where, when, how to cook, how it looks) from a statement of fact."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _verbs(words: str) -> frozenset[str]:
    """The verbs with their regular forms."""
    made = set()
    for word in words.split():
        stem = word[:-1] if word.endswith("e") else word
        made |= {
            word,
            f"{word}s",
            f"{word}es",
            f"{stem}ed",
            f"{stem}ing",
            f"{word}{word[-1]}ed",
            f"{word}{word[-1]}ing",
        }
        if word.endswith("y"):
            made |= {f"{word[:-1]}ies", f"{word[:-1]}ied"}
    return frozenset(made)


AUXILIARIES = _set(
    "is are was were has have had do does did will would can could may might must should shall need needs"
)
PRONOUNS = _set("it they ours everything he she we i you")
READERS = _set("you we i us me he she your my who someone somebody anyone")
DETERMINERS = _set(
    "the a an your our my their its his her this that these those every each any some no all both you them us it him"
)
ADVERBS = _set(
    "now also just still already then only always never usually often even both all each too again soon almost nearly quite very"
    " rather really simply here there today tomorrow tonight once twice currently please"
)
CONNECTIVES = _set("and but so or then now also yes no today plus instead well oh")
ABOUT = _set(
    "if when while before until till unless after once because since whether as though although for to how why where let what"
)
"""Words that open a clause which conditions, explains or asks, and so states nothing by itself."""
PREPOSITIONS = _set(
    "in on at by near to with without from for of off up down out over under above below behind beside between inside outside into onto"
    " around across along against through until till before after during next opposite towards within about past"
)
PLACES = _set(
    "back here there open closed shut ready available new home away together upstairs downstairs left right online live in out up down over"
    " off gone full empty where when whether what how who why which that because if missing welcome free due early late alone halfway still"
)
TIMES = _set(
    "noon midnight today tomorrow tonight dawn monday tuesday wednesday thursday friday saturday sunday weekends weekdays january february"
    " march april may june july august september october november december spring summer autumn winter morning afternoon evening now then"
    " time late early ten eleven twelve start top end step front bottom"
)
SITES = _set(
    "shop store bakery deli cafe market counter app page site website letter desk team class course tasting walk park bus road street door"
    " doors entrance lift recipe recipes card guide list order orders parcel code slot slots survey form account basket receipt bell"
    " van vans driver oven ovens weather nights days week month year season menu planner address email message kettle radio table tables"
    " hall library office hours chef baker butcher cook fishmonger cashier colleague weekend map sign building stalls pan pot dough batter"
    " timer stove cooker freezer fridge hob grill kitchen sunday monday tuesday wednesday thursday friday saturday trolley till tills shelf shelves aisle"
)
"""Subjects that are places, times, tools and services: what is said of them is no statement about what is sold."""
CONSUMERS = _set(
    "people customers shoppers everyone everybody folks families parents kids children babies judges critics chefs bakers cooks fans locals"
    " neighbours neighbors guests visitors regulars reviewers dogs cats toddlers teenagers mums moms dads doctors experts somebody's everybody's"
)
MADE = _set(
    "made grown picked caught raised reared baked aged pressed harvested landed brewed roasted smoked churned milled crafted matured farmed"
    " fished bottled squeezed cured fermented blended sourced bred fed gathered foraged selected chosen loved trusted adored praised paid"
    " ripened taught tested tried rated recommended approved born produced built designed developed invented proven known famous loved enjoyed"
    " distilled carved woven sewn spun handed treated cared touched sprayed"
    " created handled inspected checked favoured admired voted named awarded believed said thought"
)
PRAISE = _set(
    "depth best tastier richer smoother deeper softer crisper fresher creamier lighter stronger cleaner juicier sweeter bolder"
    " flakier fluffier moister tenderer healthier purer gentler kinder sharper brighter whiter shinier thicker safer warmer finer easier"
    " delicious perfect wonderful superb excellent amazing fantastic lovely gorgeous divine heavenly brilliant great"
    " pride joy talk envy secret answer legend hit treat dream wonder marvel favourite favorite classic winner champion king queen"
    " goodness flavour flavor taste tasty character kick depth aroma quality standard tradition heritage craft skill care love passion"
    " strength power spring wonders magic difference murmur complaint fuss nothing nobody anyone anywhere elsewhere else"
    " proud famous real authentic genuine proper unique special rare go-to staple must gem darling talking unlike"
)
HARMLESS_ADJECTIVES = _set(
    "crunchy sharp soft mild thick thin light dark ripe warm cold hot rich sweet sour salty bitter spicy fine green red yellow white black"
    " brown blue pink small big large long short round flat whole half raw cooked dry wet plain easy simple quick slow golden tender firm"
    " crisp busy quiet careful welcome sure happy glad sorry able fresh done nice good ideal enough common different similar same"
    " high low heavy deep wide narrow tall loose main smooth clear bright cool frozen salted unsalted optional yours ours apple half"
)
HARMLESS_VERBS = _verbs(
    "go come take open close start end need want like serve sit stand live stay run cover explain show say have move cook bake freeze stain"
    " get turn ask share arrive fit ring ripen smell hold feed weigh begin finish reach leave return call bring wait simmer put steep dry pour keep soften boil rise soak"
    " thicken set cool stick list read write tell answer talk help use carry contain belong apply change vary depend mean happen look"
    " pair meet join stop pass reply work play switch hang rest sleep shut share follow step fill make pile stack pick collect book swap try add eat drink taste whip float sink swell split curdle spread drip foam bubble soften harden crumble"
    " dissolve absorb shrink expand wilt bruise brown rot sprout peel slice grate curl wither bloom fade weep bend"
) | _set(
    "goes does took came went sat stood ran got left told said rose froze made gone come put keep keeps cost costs be been"
)
EFFECTS = _set(
    "builds build helps help boosts boost warms warm cleans fights fight beats beat wins win melts melt cuts lifts lift leaves leave makes make"
    " keeps keep gives give brings bring turns turn saves save protects protect wakes wake calms calm settles settle soothes soothe fills"
    " satisfies satisfy impresses delights delight pleases please restores restore adds removes remove kills tackles tackle stops"
    " outlasts outlast outshines outperforms lasts last works grips grip holds improves improve eases ease sharpens sharpen supports"
    " support strengthens strengthen lowers lower reduces reduce cures cure heals heal clears clear shifts shift sends send"
)
"""Verbs of what a thing does to its user; harmless as long as nothing is done to anyone ("rice keeps for a year")."""
NOT_VERBS = _set(
    "this its his hers ours yours theirs always sometimes perhaps less unless towards besides across plus thus yes hours minutes days weeks"
    " was has does is goes"
)
