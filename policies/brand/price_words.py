"""Families of wording about money: what something costs, what is taken off, what comes along for nothing."""

from __future__ import annotations

from policies.brand.families import Families

_WORDS = {
    "UNIT": "dollar buck euro= euros= cent= cents= pence= penny pennies= quid= usd= eur= gbp= fiver tenner nickel= dime c-note",
    "PRICE": "price= prices= pricing= cost= costs= fee= fees= charge= charges= tariff bill= bills= postage= surcharge tab= fare rrp= vat= tax= taxes= toll outlay",
    "BRING": "delivery= deliveries= shipping= postage= packing= handling= collection= service=",
    "CUT": "lop ditch prune= pare= pared= dent= cut= cuts= cutting= slash trim chop slice shave knock drop lower= lowered= lowers= lowering= reduce halve shrink axe= axed= axes= crash tumble plunge plummet"
    " fall= falls= falling= fell= fallen= freeze froze= frozen= lock= locked= locking= squeeze scrap= scrapped= scrapping= ditch waive absorb melt nosedive tame rolled= rolling= roll= dip= dips= dipped= sink= sank= sunk= bring= brought= wipe",
    "MEET": "pay= pays= paid= cover= covers= covered= pick= picks= foot= foots= absorb settle= handle= swallow= bear= refund= shoulder=",
    "LOW": "low= lower= lowest= small= tiny= mini= wee= gentle= kind= kinder= friendly= friendlier= fair= fairer= great= nice= better= best= special= super= unbeatable= honest= modest="
    " bargain= knockdown= rockbottom= wholesale= keen= keener= sharp= attractive= competitive= amazing= incredible= everyday= reduced= low-cost= half= silly= lovely= sweet= dream= ridiculous= introductory= crazy= mad= sensible= fantastic= terrific= slim= slimmer= cut= down= good= smaller= unheard= old= trade= factory= member= members= clearance= affordable= single= one= same= itty=",
    "GOOD": "kind= kinder= gentle= gentler= easy= easier= good= friendly= friendlier= happy= happier= light= lighter= soft= softer= nice= nicer= easier= smile= smiles= thank= thanks= relief= rest= break= breather= love= loves= full= fuller= fatter= heavier= stretch* ease= help= helps= spare=",
    "PURSE": "wallet purse pocket= pockets= budget= budgets= piggy= pocketbook bank= bankbalance",
    "OFFER": "voucher coupon promo= promos= promotion= promotions= discount* rebate cashback bogof= bogo= twofer multibuy= markdown giftcard giveaway freebie freebies= gratis= complimentary= sweepstake* jackpot= raffle"
    " bargain bargains= savings= redeem* inexpensive* affordab* cheap= cheaper= cheapest= cheaply= cheapskate economical= frugal* thrifty= lowpriced= halfprice= underpriced= moneysaving= moneysaver costfree= pittance= peanuts-price= loyaltypoints= superdeal",
    "DEALWORD": "deal= deals= offer= offers= reduction= reductions= special= specials= sale= sales=",
    "HOT": "super= mega= great= amazing= special= exclusive= hot= sweet= best= better= big= biggest= limited= introductory= latest= member= members= weekly= daily= top= unmissable= incredible= mid= summer= winter= spring= autumn= meal= flash= red= clearance= january= holiday= cracking= killer= fantastic= unbeatable= new= black= bumper= early= our= your= these= weekend= today= todays= two-for-one= crazy= wow=",
    "NOTHING": "nothing= zero= nada= zilch= nowt= naught= nought= diddly= zip=",
    "FRAC": "half= third= thirds= quarter= quarters= fifth= fifths= tenth= tenths= halves=",
    "BUY": "buy= buying= purchase= purchasing= order= pay= pays= choose= bring= spend= bought= pick= grab= take= add= fill=",
    "GET": "get= gets= bag= receive= receives= pocket= grab= take= enjoy= claim= collect= earn= earns= win= pay= keep= have= score= land= snag=",
    "TAKE": "take= takes= taking= knock* get= lop= lops= chop* shave* slice* slash* cut= trim* clip* wipe* knocked= took= taken= comes= come= coming= enjoy= give= giving= given= off= score= receive=",
    "BASKET": "order= orders= basket= shop= total= bill= trip= purchase= purchases= receipt= checkout= till= spend= price= visit= box= cart= grocer* shopping= everything=",
    "SAVE": "save= saves= saving= saved= saver= savers=",
    "MUCH": "big= bigger= more= money= cash= fortune= load= loads= lot= lots= bundle= packet= pretty= extra= up= plenty= heaps= pots= handsomely= instantly= massively= serious= bucks= coins= pounds= hundreds= thousands= tons= stacks= a-bit=",
    "TIME": "minute hour day= days= night week= weeks= second= seconds= month= months= year= years= weekend sunday= saturday= evening= afternoon= morning= moment= time= while= trip= trips= step= clicks=",
    "POINTS": "points= point= reward= rewards= credit= credits= stamps= cash= money= perks=",
    "ITEM": "one= second= third= next= other= pack= bag= item= box= loaf= bottle= jar= half= free= cup= coffee= two= friend=",
    "COOKERY": "sauce= stock= wine= broth= liquid= simmer= heat= boil= juice= cream= juices= gravy= syrup= pan= vinegar= temperature= oven= flame= waste=",
    "TENS": "twenty= thirty= forty= fifty= sixty= seventy= eighty= ninety=",
    "NUTRIENT": "fat= salt= sugar= sodium= calorie= calories= carb= carbs= mobility=",
    "GIFT": "gift= gifts= present= sample= samples= treat= bonus= bonuses= freebie extra=",
    "GOODS": "bread= coffee= tea= dessert= delivery= lunch= breakfast= pudding= drink= drinks= cake= sauce= bag= shipping= postage= round= pizza= treats= treat= bill= first= second= next= box= side= starter= snack= rest=",
}
_PATTERNS = """
OFFER
UNIT
prices|price|pricing|pricey|costly|expensive|inexpensive|splurge
money|cash|wallet|wallets|purse|purses|budget|budgets
lowest ~1 ever|yet|since|of|in
our lowest
spend|spends|spending ~2 like|less|little|NUM|UNIT|MONEYSIGN
less|more|what|little|much|all you ~1 pay|paid|spend|save
skip|dodge|avoid|forget|no|goodbye|cancel|swap ~3 PRICE
on|off|from|to the ~1 bill|tab
mates|mate|special|group|great|low|lower|better|best|friendly|reduced|family|member rates|rate
no extra|catch
from|for|at|only|just|under|now NUM p|c !m
from|for|only|just|under|at NUM pound|pounds !of
less than ~5 lunch|dinner|ticket|meal|parking|breakfast|stamp|movie|beer|pint
on the shop|store|management|boss $
is|as|s|are a gift|present|freebie
at no extra|additional|further|added
included|inclusive ~2 at|free|no
NUM ninety|forty|seventy|twenty|fifty|eighty nine|five
GOODS ~1 is|s|are sorted|covered|handled
sorted|covered by us
SAVE yourself ~2 NUM|UNIT|MONEYSIGN|MUCH
spare|spares|sparing your
CUT ~4 PRICE
PRICE ~3 CUT
LOW PRICE
PRICE ~2 are|is|s|so|at|now|than|stay|stays|you|as|for|just|only|from|start|starts|an|your ~3 LOW|less|peanuts|penny|pennies|UNIT|MONEYSIGN|NOTHING|little|love|next
PRICE LOW|less|little|NOTHING|peanuts|you|drop|drops|match|matched|promise|guarantee|lock|locked|freeze|frozen|hold|held|war|tumble|beat|beating|free|off|cuts|reduction|reductions|rollback|under
PRICE of NUM|one|a|less
GOOD|LOW ~3 PURSE
PURSE ~1 GOOD
not|never|without ~2 break|breaks|breaking|dent|hurt|strain|stretch|empty|emptying ~2 PURSE
break ~1 bank
stretch|stretches|stretching ~2 PURSE
save|saves|saving ~1 PURSE
HOT DEALWORD
DEALWORD ~1 of the day|week|month|year
DEALWORD on|for|across|throughout|inside|galore
on offer
on special
-for|not ^ sale $
sale ~2 on|now|starts|ends|price|prices|items|rail|is|prices
a|an|absolute|real|total|such steal
steal of
SAVE ~2 MUCH|NUM|MONEYSIGN|PERCENT|UNIT|FRAC
SAVE ~1 on|across|every|when|if|at|instore|today|here
you|members|member|shoppers|customers|we|families|and|start SAVE !a|this|room|it|the|your|time
money SAVE|off|back
off ~3 BASKET
-day|night|morning|week TAKE ~3 NUM|FRAC|UNIT|MONEYSIGN|SLOT|PERCENT ~1 off
NUM|FRAC|UNIT|PERCENT ~1 comes|come|coming|taken|drops|goes|knocked off
NUM|FRAC|UNIT|PERCENT ?UNIT ?PERCENT ?per ?cent off|below|under|less|cheaper|discount|reduction|saving
percent ~1 off|less|below|cheaper|saving|discount|back
FRAC ~1 as much|dear|costly|expensive
FRAC the|its|usual|normal|price ?usual ?normal PRICE
FRAC PRICE
at|for FRAC ~3 PRICE
less|not|hardly|never|without|far|no expensive|pricey|costly|dear
less than ~4 PRICE|UNIT|coffee|cup|latte|think|expect|paid|sandwich|parking|NUM UNIT
less than ~5 cup|latte|espresso|takeaway|takeout
for less !than
for FRAC ~2 it|cost|what|usual|that|rrp
pay|pays|paid|paying|spend|spends|cost|costs|costing|part ~2 less|little|NOTHING|half|peanuts|pennies|penny|next|bean|dime|fortune|bomb|bit
pay|pays|paying ~1 for ~2 one|NUM|another|just|only|FRAC
pay ~2 only|just ~1 for
not|never|without|hardly|barely ~1 pay|paying|cost|costing|spend|spending|owe|parting|charge|charged|charging ~5 thing|cent|penny|dime|extra|more|anything|bean|earth|much|bomb|fortune|full|for|you|single
not cost
not|never|without pay|paying !by|with|attention|heed|at
NOTHING|not ~1 to pay
NOTHING ~1 due|owed|upfront|extra|down
no|zero|without|nil|free|free-of|minus ~2 PRICE
no ~1 BRING PRICE
no strings
NUM PRICE|UNIT
MONEYSIGN
pennies|penny|cents|pence|peanuts|buttons|song ~1 for|on|a|per|apiece|each|only
for ~1 song|peanuts|pennies|pence|buttons|pittance|penny|coppers|change
small|loose|pocket|spare|pocket change|money
next to NOTHING
for NOTHING
yours|have|it|comes|get|goes|thrown|one|extra for|as NOTHING|bonus|gift
-rely|count|depend|call|counting|relying|drop|dropping|based|calling|focus|eyes on us|me
on ~1 house !wine|wines
GOODS ~3 on us|me
our|my treat|shout|gift
we|us|ll treat|treats you
we|us|will|i ?are ?will ?are ?have ?gladly ?happily MEET ?up ~3 PRICE|BRING|rest|difference|half|postage
we|are|is|gets|get throw|throwing|thrown|threw|chuck in
throw|throwing|thrown|threw|chuck in a|the|an|one|some|NUM
BUY ~5 GET ~3 one|NUM|free|another|second|half|back|third
buy|purchase|order ~4 bag|GET ~2 ITEM
pick|choose|mix|buy|grab|take any ~1 NUM ~3 pay|for|get
NUM|one for NUM|one ?the ?price|PRICE
NUM|one for ~1 price|PRICE
NUM ITEM ~1 one price
one price
NUM for the ~3 one|NUM|price
second|third|next|other|another ~4 half|free|us|nothing|less|gratis
kids|children|child|under|mum|mums|mom|dad|seniors|students|baby|you ~1 eat|eats|go|goes|drink|travel|ride ~1 free
GIFT ~5 with|when|for ~2 every|each|any|order|orders|purchase|spend|basket|you|shop|NUM|joining|signing
free|GIFT ~4 with ~1 every|each|any|purchase|order
gift|present|something|surprise|little ~3 from us ~1 when|with|on
gift card|cards|certificate|certificates|voucher
earn|earns|earning|collect|collecting|bag|rack ~3 POINTS
extra|bonus|double|triple|treble|twice|loyalty|more|NUM POINTS
store|shop|account credit|credits
worth ~2 NUM|MONEYSIGN|UNIT|SLOT|double
spend ~2 NUM|UNIT|MONEYSIGN
get|earn|receive|claim ~3 back ~1 on|at|in|when|$|instantly
get ~2 NUM ~1 back|off
NUM ~1 back ~2 on|at|when
was ~2 NUM ~3 now|is|just
was|once|before ~2 now only|just|NUM
reduced|slashed|halved !fat|salt|sugar|sodium|calorie|mobility|heat|risk|waste
reduction on|in|of ~3 NUM|PRICE|all|everything
marked|knocked|coming|come|came|brought|gone down ~1 for|on|in|to|by|price|prices|$
marked|knocked down
down to ~2 NUM|UNIT|MONEYSIGN
priced ~3 to|right|low|lower|at|from|for|down|just|under|keenly
PRICE ~2 from|under|around|only ~2 NUM|UNIT|MONEYSIGN|pennies
PRICE start|starts|begin|begins
under|below|beneath|less ~2 NUM|SLOT ~1 UNIT|MONEYSIGN
under|below|beneath|off|less ~2 rrp|shelf|usual|normal|list|cost|retail ~1 PRICE
at cost
value for money
great|best|amazing|unbeatable|outstanding|incredible|super|exceptional|real|excellent|brilliant|fantastic value
more|better|bang|most|lots ~2 for ~1 money|buck|cash|pound|dollar|quid
money ~2 further|stretch|worth
wholesale|cost|outlet|warehouse|bulk|bulk-buy PRICE
win|wins|won|winning ~2 a|an|your|one|NUM|SLOT|free|prizes|big
prize|prizes !winning|winner
enter ~2 draw|raffle|competition|win
promo|coupon|voucher|discount|secret|member|checkout|savings code|codes
code ~1 at ~1 checkout|till|basket
use|enter|quote|type|apply ~2 code !on
tax|duty|interest|rent|charge|fee|fees|cost free
buy now ~2 pay ~1 later
pay later
pay ~2 in instalments|installments
instalments|installments|interest-free|financing
costs|cost ~2 same|as|half|fraction
fraction of the
same|old|last|2020|yesterday s ?year ?s PRICE
last year s PRICE
price|prices ~1 so low
less at the till|checkout
lighter|smaller|shorter|kinder ~2 bill|receipt|total
trade in ~6 UNIT|NUM|pocket|get
first|next|one|NUM ~3 delivery|month|box|order|bag|week|coffee ~3 free|us|waived|nothing
waived|waives|waive|waiving
keep|keeps|keeping|leaves|leave|put|puts|putting ~3 change|money|more|cash|NUM|UNIT|extra ~2 in|back ~2 PURSE|your|yours|pocket
splash|splashing out less
everything must go
closing|clearance|clear|clearing|stock sale|out
2for1|2-for-1|241|3for2|b1g1|50p|half-price|bogofs
penny|cent|dime ~1 pinching|more|less|extra
quid a|per|each
NUM p|c ~2 each|a|per|off|only|pack|roll|bag|apiece|$
NUM|half|FRAC ~1 the|of|its usual|price|cost
tell the till ~8 less
free ~1 of|with|from ~1 charge|cost|us|every|any
work|works|working|comes|come|worked ~1 out|to ~4 less|lower|half
nobody|none|noone|no ~1 pay|pays|paid ~1 for|a|anything|more
cost|costs|costing|charge|charges|priced ~3 no|less|more|same|half|NUM|under|used|last
cost|costs|charge|charges ~1 what
not ~1 put|putting ~4 price|prices ~4 up
^ NUM ~3 NUM pound|pounds $
were|was|now|re|is NUM pound|pounds
NUM|one pound|pounds NUM
with our compliments
less than ~3 spend|pay|paid|cost|think
what ~5 tip|spend|pay|paid|pays
trim|trimmed|trims|lop|lopped|lowered|lowers|dropped|drops|shaved|chopped ~3 price|prices
everything|all|prices|price|it|they ~6 has|have|is|are ~1 come|gone|coming|going down
come|came|gone|going down ~1 in ~1 price
ring|rings|rung up
ring|rings|charge|charges ~2 for|up ~1 NUM
for ~1 cost|price|prices ~2 of
every|each|last|single cent|penny|dollar|pence
under|below|over NUM each|apiece
our|a|my ~1 present|gift ~1 to|for you
sets|set ~2 back
go|goes|going|let ~3 for ~1 what|under|less|song|next|half|NUM pound|pounds
pay|paid|pays|paying ~1 double|twice|triple|more|extra|over|half
for|from NUM|one more pound|pounds
keep|keeps ~1 NUM percent|PERCENT
start|starts|starting|begin|from|hover at|from ~1 TENS
NUM TENS $
shave|shaves|knock|take|trim|lop|slice ~3 bit|little|something|some|NUM|few off !the|your|heat
pay|pays|paying ~1 for !at|by|with
pay ~2 only|first|just
NUM|ninth|tenth|next|sixth|seventh|fifth|eleventh|last|first|second|third ~2 is|are|s|goes|comes yours|free|ours|us|nothing|gift
collect|collects|earn|fill|get ~2 stamps|stickers|points !for
a|per|one|the pound|quid|buck|dollar|fiver ~1 a|per|each|apiece|bunch|bag|box|off|less|more
dropped|drop|drops|fallen|fell|fall|falls|down|come ~2 by ~2 dollar|pound|quid|pence|cents|buck|third|half|quarter|NUM
costs|cost you|us ~1 less|nothing|more|only|just
bill ~2 smaller|lower|shrinks|shorter|less
less|more ~2 in|from your ~1 pocket|purse|wallet|account
we|us|shop|store ~2 pay|pays|cover|covers|absorb|foot|foots|pick|picks ~2 delivery|postage|shipping|rest|bill|difference|tax|vat|tab
delivery|shipping|postage|returns|return|wrapping ~2 is|are|s ~1 free|nothing|us|yours|ours
not ~2 charge|charged|charging|pay|paying ~1 you|for|a|anything|delivery|extra
goes|go|went|stretches ~1 further|farther
same|old|last|yesterdays price|prices
easy|easier|gentle|light|kind on ~2 pocket|purse|wallet|budget|change
afford|affords|afforded
rebate|refunded|refund ~3 difference|full|half|NUM
yours for ~2 asking|taking
for what ~4 cost|costs|sell|sells
for a|one pound|quid|buck|dollar|fiver|tenner !of
for half $
frozen|froze|freeze|freezing|lock|locked|locking|hold|held|holding|pin|pinned|peg|pegged|fix|fixed the|our|its|all|these price|prices
cost|costs ~2 half|third|quarter|fraction|fifth|tenth
dearer
tuppence|thruppence|sixpence|coppers|ha'penny
for|of what ~1 one
at a saving|discount|reduction|loss|steal
knock|knocks|knocked|lop|lops|chop ~1 off !the
less|cheaper|more|lower per|a pound|kilo|litre|liter|ounce|bag|bottle|pack|head|person|portion
total|bill|receipt|cost ~2 shrink|shrinks|fall|falls|drop|drops|melt|tumble
we ~1 match any|every|all|their|them|prices
were|was NUM ~2 are|is|re|s ~1 NUM
let|lets ~1 have|take ~3 for NUM|less|half|under
add|adds ~2 for ~1 NUM|one|just|only ~1 more|extra|pound
"""
_HARMLESS = """
feel|feels|felt free
^ free up|your|the|a|some
price|prices|cost ~3 differ|vary|apply|may|shown|wrong
ask|asks|check|checks|see|show|shows|find|compare|questions|question|about ~3 price|prices
price|prices is|are|s ~1 on|at|in
dollar tree
penny bun
pounds|dollar|cash ~2 machine|desk|register|point|only
pay ~3 cash
cash or card
great|good|big|fair deal of
big|no|the|to|a|can|must|how|we|i deal with
no|what|big ~1 deal $
frozen|freezer !the|our|its|all|these ~3 PRICE
price ~2 tag|tags ~3 on|shows|show|is|says|by|near
price ~2 label|labels|list|lists|ticket|tickets|checker
price|prices|cost ~3 on the|each|every shelf|label|labels|shelves|packet|lid
price ~2 of ~2 item|items ~2 on|is|shown
COOKERY ~7 reduced|reduce|halved
reduced|reduce ~6 COOKERY
bill ~1 of fare
bill of rights
sale of alcohol|tobacco|knives|fireworks
for sale
sale ~1 or return
save|saving ~1 room|recipe|date|dates|space|some|it|this|list|your|the|a|time|trip|yourself|these|that|them|for|seat|changes|settings|bones|leftovers
SAVE ~3 trip|trips|TIME|steps|washing
pay|pays|paid ~1 attention|visit|heed|respect|by|with|at|online|using|cash|card|tribute|contactless
looking|look|it|planning ~1 pays
pay|charge at|by ~1 till|card|phone|checkout|counter|cash
charge|charging|charges ~2 phone|phones|battery|batteries|car|cars|laptop
in charge
bank ~1 holiday|holidays
river|flood|seed|food|blood|power bank
pocket|pockets of|in|into
bread|dough|pita|pitta|pittas|pastry|pasta|pie|flap pocket|pockets
cut|cuts|slice|chop|trim|slash ~4 half|third|quarter|eighths|pieces|strips|cubes|fat|corners|time
half|quarter|third|tenth ~1 an|of ~1 hour|lemon|onion|fun|cabbage|cup|pound|litre|the|your|day
dress|qr|post|zip|area|building|highway|bar|country|colour|green code
code ~2 on ~1 jar|lid|box|packet|bag|back
code word|club
qr|scan|your ~3 code
point|points ~2 camera|out|to|at|of
meeting|collection|starting|melting|boiling|pick|recycling|drop point|points
take ~4 off ~1 the ?low ?high heat|hob|stove|boil|bus|shelf|flame|bones|bone|lid|oven|skin
take|lift|pull|cut|slice|turn|switch|peel|scrape|skim ~3 off !your|next
NUM|half TIME off
lunch|dinner|table|serves|room|seats|breakfast|enough ~1 for NUM|one
NUM ~1 for dinner|lunch|breakfast|tea|supper|TIME|people
spend|spends|spent ~4 TIME
on ~1 offer|special ~2 help
a|this|your win
special ~1 dishes|diet|occasion
under|below|beneath NUM TIME
HEAT c|f
aisle|shelf|row NUM below|under|beneath|off|less
cook|cooks|boil|boils|simmer|reduce|reduces|bubble ~3 down ~2 by
"""
PRICE_FAMILIES = Families(_WORDS, _PATTERNS, _HARMLESS, "{{ offer_title }}")
