"""Families of wording that press a reader: hurry, scarcity, fear, shame, flattery with a string, hype."""

from __future__ import annotations

from policies.brand.families import Families

_WORDS = {
    "FAST": "fast= faster= quick= quicker= quickly= sharpish= pronto= asap= swiftly= rapidly= speedily= promptly= straightaway= instantly= urgently= immediately= lightning=",
    "HASTE": "move= act= come= get= be= think= shop= order= book= grab= buy= go= hop= run= jump= decide= reply= respond= react= step= make=",
    "SEIZE": "grab= snap= nab= bag= claim= secure= seize= snatch= pounce= pounces= scoop= beat= race= rush= dash= sprint= snaffle=",
    "GONE": "gone= vanish* disappear* sold= sells= sell= selling= evaporat* exhausted= taken= snapped= grabbed= snatched= cleared= emptied= finished= over=",
    "OTHERS": "someone= somebody= anyone= everyone= everybody= others= neighbour= neighbours= neighbor= neighbors= else= rest= friends=",
    "STOCK": "stock= stocks= supply= supplies= quantities= quantity= shelves= shelf= numbers= availability= places= spaces= seats= slots= spots= boxes= inventory= trays=",
    "SCANT": "low= limited= last= lasts= lasting= dwindl* running= run= runs= short= thin= gone= scarce= shrinking= emptying= empties= empty= vanishing= going= fading= tight= few= filling=",
    "END": "end= ends= ended= ending= close= closes= closing= expire* expiring= finish= finishes= finishing= over= disappear* vanish* stops= lapses= lapse= runs= goes= leaves= shuts= concludes=",
    "SOON": "soon= tonight= today= tomorrow= midnight= shortly= noon= sunday= monday= tuesday= wednesday= thursday= friday= saturday= minutes= moments= sundown= hours=",
    "UNITS": "second= seconds= minute= minutes= hour= hours= day= days= moments= sleeps=",
    "LOSE": "miss= wait= waiting= delay= dally= dawdle= hesitate= blink= risk= lose= sleep= regret= snooze= gamble= procrastinat* overlook= ignore= dither= dilly= disappoint= hang= linger= faff= deprive= neglect= squander= tarry= settle=",
    "DREAD": "ruin* disaster* nightmare* panic= panicking= beware= threat* doom* catastroph* calamit* fomo= urgent* emergency= regret* irreversibl* peril* dire= lifeline= misery=",
    "OK": "forget= worry= over* mix= boil= burn= like= need= have= know= eat= cook= drink= want= use= add= peel= open= touch= wash= rinse= stir= press= crowd= throw= mind= see= feel= salt= cover= reply= let= freeze= refreeze= fry= bake= drain= discard= fill= put= stack= store= leave= cut= chop= lift= turn= shake= knead= heat= reheat= pour= go= take= try= mean= hold= keep= bin= waste= toss= remove= scrub= soak= squeeze= fancy= be= do= find= think= close= serve= cooked= made= baked= tried= tasted= heard= used= been= seen= ever= again= too= just= yet= rush= wait= delay= miss=",
    "SHAME": "crime= criminal= sinful= madness= insanity= tragedy= tragic= unforgivable= unthinkable= heresy= folly= sobbing= weeping= fool fools= idiot loser losers= stupid* dumb= clueless= hopeless= begging= beg= begged= plead pleading= shame* ashamed= guilt= guilty= embarrass* disgrace* humiliat* pathetic= lazy= selfish= ungrateful= disappointed= disappointing= heartbroken= heartbreak* neglectful= careless= stingy=",
    "SMART": "smart= smarter= clever= savvy= wise= real= true= discerning= sensible= serious= caring= loving= responsible= good= proper= decent= intelligent= shrewd= sophisticated= successful= proud= dedicated= devoted=",
    "ROLE": "shopper= shoppers= people= cook= cooks= parent= parents= mum= mums= mom= moms= mother= mothers= dad= dads= father= fathers= host= hosts= hostess= wife= husband= foodie= foodies= customer= customers= friend= friends= person= neighbour= neighbor= families= family= homemaker= gourmet= gourmets= household= households= fan= fans=",
    "HYPE": "omg= wow= insane* unbelievabl* mindblowing* jawdropping* epic= epically= sensational* phenomenal* earthshattering= outrageous* incredibl* amazeballs= woohoo= yippee= woah= whoa= yay= mindboggling* spectacular* stupendous* astonishing* unreal= bonkers= breathtaking* mega= ginormous= hooray= stratospheric= explosive*",
    "BUYING": "ordering= buying= getting= grabbing= talking= eating= shopping= raving= flocking= queuing= queueing= rushing= switching= stocking= joining= loving= trying= snapping=",
    "JUDGE": "think= say= thinking= whisper= expect= talk= laugh= notice=",
    "HAPPEN": "repeated= repeat= back= again= return= returning= wait= last= stay= linger= hang= forever=",
}
_PATTERNS = """
DREAD
SHAME
HYPE
^ do not !OK
^ never !OK
act !as|like|of|out
^ now|go|gone $
ready or not
stop ~1 ING !the|by
stop ~3 start ING
only ~1 the SUPERLATIVE|brave|few|lucky|strong|quick|fast|best|quickest|bold|chosen
they|s|are|re|is|be history
empty handed
ROLE|OTHERS ~1 judging|judge|laughing|whispering|sniggering|staring
guests|friends|family|neighbours|neighbors|kids|everyone ~1 is|are|will|would judging|judge|laugh|laughing|talk|notice|whisper|disappointed|starving
no|second|another|only|one|this|your|big chance|chances
sit|sitting ~1 on|back|around ~2 hands|watch|wait
not just sit|stand|look|watch|dream
hop|jump|leap|get to it
on your bike|marks
if you do not ~6 you will
you ~4 cry|weep|sob|miss-it|suffer|starve
act|buy|get|grab|claim|book|secure|decide|reply|snap ~3 before|by ~1 weekend|SOON|dark|christmas
any later
skip ~4 own|peril
OTHERS but|except you
be there or
your|their loss $
tonight|midnight|tomorrow ~4 over|gone|late|disappear|vanish
before|by|at|till|until midnight
beat|skip|jump the ~1 queue|queues|rush|crowd|crowds|clock|line
no ~3 yet $?
^ still no|not
^ seriously
fastest|quickest|first ~2 first|wins|win|served|gets
be the one|only|person|guest|parent|last|host ~1 who|that|without|to|with
you do not want ~1 be|to
this minute|second|instant
imagine|picture ~1 their|your|the ~3 faces|face|disappointment
would|had better ~1 come|hurry|act|be|get|order|buy|not|grab|run|book|go
better not|hurry
not make us|me|them
make|making us ~1 beg|cry|wait|sad
we thought ~1 we|you ~1 were|cared|loved|liked|had|would
not you ~1 love|like|care|remember|want|miss ~1 us|me|your|about
something we said|did
get|look|look a|lively ~1 move|lively|sharp ~1 on|$
chop chop
make haste
haste
prove ~1 you|yourself|it|us|them
for the faint
queue|queues|line|lines|crowd|crowds ~1 is|are|has ~1 forming|growing|building|formed
join the ~1 queue|rush|crowd|stampede|club
rush|stampede|frenzy|mad-dash
filling|filled|fill ~1 up ~1 fast|$|for|quickly
is|are filling ~1 up
ROLE|someone|person ~1 with|of ~2 taste|standards|class|style|discernment
like ~1 hot ~1 cakes
come twice|again
not ~2 twice
except|but you $
hurry|hurrying|hurries
^ quick|quickly|run|fast|rush|hurry $
^ quick quick|before|come
HASTE ~2 FAST
FAST ~1 before
HASTE ~1 in|on ~1 quick|now|fast
-right|just come|go|run|click|act|grab|call|visit|start|reply|decide|join now !and|or|we
now or never|lose|later|not|next
never|today|now|not not|or|never ~1 tomorrow|later|never
not tomorrow|later
be ~1 first|last to ~4 before|or
before ~5 OTHERS ~4 does|do|grab|grabs|get|gets|take|takes|beats|beat|you|snaps|snap|has|did
before ~5 GONE
before ~4 runs|run|late|slip|slips|close|closes ~1 out|away|doors|$
before ~2 doors close
before|until ~2 too late
SEIZE ~4 before|while|now|fast|quick|today|tonight|by
snap|snaps|scoop|hoover ~2 up
SEIZE ~1 yours|them|it|one ~2 or|before|while|now|today
SEIZE ~2 last|final|chance|moment|opportunity
while|whilst|as|until ~4 last|lasts|remain|remains|remaining|can|still
STOCK ~3 SCANT
SCANT STOCK
running|going|selling|flying|moving|disappearing|vanishing|emptying|shrinking|dwindling|slipping ~1 low|out|fast|quick|quickly|short|soon|away
fly|flies|fly|flown|flying ~1 off|out|from ~1 the shelf|shelves|door|window
rapidly|quickly|fast|swiftly|soon GONE|emptying|dwindling
shelves|tray|trays|boxes|basket|baskets|table ~2 emptying|empties|emptied|bare|thinning
going|gone going|gone|soon|fast|quick
almost|nearly|soon|practically|virtually|already gone|over|up|out|sold|finished|empty|taken|late
soon|will|be|is|are|were|once|when|now|they|it|s|all ~2 gone !to|wrong|on|into
once|when|if|after ~3 gone|over|out
gone forever|tomorrow
gone for good
will|do|does|can|might|may not ~2 last|wait|linger|hang|repeat|repeated|stay|come|be|back|again
never ~4 again
never|not ~1 be|come|see|return|get ~2 HAPPEN
only|just|last|final|mere|barely ~2 NUM|few|handful|couple|one|moments|hours|days ~4 left|remain|remains|remaining|available|go
only|just NUM|few|handful|couple|hours|minutes|days ~3 left|remain|remains|remaining|spots|places|seats|away|to|available
last|final|closing few|NUM|handful|couple|chance|chances|call|calls|orders|reminder|reminders|days|hours|minutes|moments|warning|notice|one|ones|opportunity|shot|boarding|trays|boxes|stretch|push
NUM|few|handful|nearly|none|one|couple ~2 left|remain|remaining !hand|over|side|on|from|of
few|handful|NUM ~3 remain|remains|remaining|left $
UNITS ~1 left|remain|remains|remaining
UNITS to go
you ~1 have ~2 NUM UNITS
in NUM UNITS ~4 gone|over|ends
NUM UNITS ~1 only
limited !company
exclusive ~2 access|invitation|window|hours
clock|timer|time ~3 ticking|ticks|out|tick|up|short|against|runs|running
tick|ticking tock|away
deadline|countdown|ticktock
window|door|doors ~2 closing|closes|close|shutting|shuts
no|not time ~1 lose|waste|spare|to
no|not ~2 second|minute|moment|time ~3 lose|waste|spare|later
END ~2 soon|tonight|midnight|shortly|tomorrow
^ ends|ending|closing|closes|expires|expiring|finishing ~2 SOON
it|this|offer|chance|deal|all|event|everything|they|these ~1 END ~3 SOON|NUM
no exceptions|excuses|excuse|extensions|extension|ifs|second|rainchecks|repeats
or|and|you ~2 go|live|do|left|be ~1 without
or ~1 else|lose|regret|miss|risk
or ~2 miss out
not|never ~4 LOSE !for|until|till|on|to|too|by|list|the|longer
not|never ~2 miss|regret|delay|hesitate|blink|dither|procrastinate|snooze|risk
not ~1 wait $
not let ~4 slip|pass|go|others|else|suffer|disappear|win !of
not let ~3 get ~1 away
not ~1 be ~3 left|late|caught|fooled|only|last|sorry|one|shy|slow|disappointed|fool|someone
not|never ~1 put|leave|think|sit|stand ~2 off|late|twice|by|around|too
not ~1 say ~4 warn|warned|tell|told
you|we|been|are|have|fair|consider ~2 warn|warned|warning
only one|person|household|family ~2 without|who|not
missing|missed|miss ~1 out
would|will|be|are|s|been|what|everything ~2 missing !from|a|an|in
left|fall|falling|get|stay behind
you|it ~2 snooze|lose
hate|forgive|kick|curse yourself|yourselves
wish|wishing you ~2 had|have|were|did
you ~3 sorry|regret|kick|wish
live|imagine|survive ~2 without !a|the
let|letting|lets|letting you|them|us|him|her|yourself|your|everyone|people ?family|kids|friends|guests|children down
your ~2 family|kids|children|guests|friends|loved|partner|husband|wife|mother ~2 deserve|deserves|suffer|starve|thank|complain|disappointed|down|notice
deserve|deserves ~1 better|more|best|nothing|it|the
owe|owes ~1 it|yourself|them|your
how could|dare you
are you really|seriously|letting|still|going|ready-to ~3 miss|let|serve|without|asleep|waiting|not|buying|eating|letting|feeding|down|settle
are|is you|your ~1 letting|failing|neglecting|depriving|starving|cheating
can you ~2 afford|risk|bear|really|live|forgive
dare|daring ~1 you|to|miss|skip|say
SMART ROLE ~1 ?would ?will ?know ?never ?always already|know|knows|never|always|would|do|does|choose|buy|took|take|order|have|has|shop|come|act|are|give|serve
if ~1 you ?really ?truly ?care|loved|love|cared|valued ~6 would|will|do|bring|buy|order|serve|come
if you ~1 really|truly
only ~2 like|as you
be one of|the ~1 few|lucky|first|only|smart
too|as ~1 smart|clever|good ~2 miss|ignore|refuse|you|skip
what ~4 your|the ~1 guests|neighbours|neighbors|friends|family|mother|kids|children|boss ~1 JUDGE
what kind of ROLE
OTHERS|everyone|everybody ~2 is|s|are|has|have ~2 BUYING|already|got|had|one|theirs
OTHERS ~1 already|has|have|got ~2 theirs|one|ordered|bought|joined|got|done|signed
already took|have|got|bought|ordered ~1 theirs
you|the ~2 last|only|one ~2 to|without|not|who|left ~1 know|try|have|without|tried|order
this ~1 is ~2 drill|it|moment|warning|chance
not a drill
do|get|buy|order ~1 it|yours|them today|now|tonight
respond|reply|act|confirm|decide|answer|call|claim ~2 by|before|within ~2 SOON|NUM
respond|reply|act|confirm|decide by
not ~1 ask|tell|remind|offer|say|write ~1 again|twice
ignore|ignored|ignoring ~2 us|this|our|me|message|messages
stop|drop ~1 everything|scrolling|reading|right
look|listen no further
you ~2 still ~1 not|waiting
still not ~2 tried|ordered|opened|joined|bought|convinced
you ~1 have|had not ~2 opened|ordered|replied|answered|visited|bought|been
why|where|how have|did|are|do|could you ~1 not|been|gone|forget|forgotten|left
miss|missed|missing you ~2 so|much|hurts|badly|terribly
hurts|hurt|sad|cry|crying|tears|lonely|heart ~1 us|we|so|without|breaks|broken|that|to
break|breaks|breaking|broke ~1 our|my heart|hearts
we are|were so ~1 sad|hurt|upset|lonely|worried
after all we|i
last time we|you|i|to
your ~3 will|is|are|may|about ~1 suspended|cancelled|expire|expiring|closed|lost|deleted
you must|have|need|got|gotta to ?to ~1 try|see|taste|have|buy|get|come|order|act|be|hurry|read|know
you must|gotta
you simply|absolutely|just|really ~1 must|have|need|can
must have|haves|see|try|buy|read
can not afford|resist|say|ignore|pass|miss ~1 to|no|this|it|up|$
too good to
out of this world
to die for
blow|blows|blown|blowing ~2 mind|away|socks|minds
knock|knocks ~2 socks|off-feet
drop jaw
mind|jaw|earth blowing|boggling|dropping|shattering
so|absolutely|truly|most|simply|totally|just|utterly|completely|really|beyond ~1 amazing|incredible|awesome|fantastic|crazy|insane|thrilling|thrilled|stunning|excited|pumped|obsessed|bursting
most ~1 amazing|incredible|exciting|thrilling|stunning|wonderful
oh my ~1 god|gosh|goodness|days|word
once ~2 lifetime|year|blue
bite ~2 hand|fingers|off
worst ~2 mistake|thing|decision|nightmare|regret
mistake to|of|you
think ~4 missing|lose|losing|what-if
imagine ~5 without|missing|disappointed|faces|empty
afraid|scared|terrified|worried|fear|fears|fearing|scary ~3 of|you|that|about|missing|your|losing|running
are|is|re you ~1 risk|danger|harm|afraid|scared
at|in|real|great|hidden danger|risk
dangerous|dangers|toxic|deadly|poison|poisoning|poisonous
suffer|suffering|suffers
too late
late ~1 already
final|act|time|moment ~1 is now
time|moment is ~1 now
what are you ~1 waiting
why wait|delay|risk|settle|hesitate
say|saying no
last|latest|final ~1 one|ones ~3 go|gone|gets|loses
you|us re|will|are ~2 left ~1 out|behind|hungry
winner|winners|chosen|selected|handpicked ~1 you|just|for
you ~3 lucky|chosen|selected|special ~2 one|ones|few|winner|winners
claim yours|your|it ~2 now|today|before|$
get ~1 in|yours|there|them|it ~1 quick|fast|now|while|early|before|first
yours|it ~2 before ~1 SOON
"""
_HARMLESS = """
^ never $?
midnight snack|feast|oil
quick ~1 note|question|recipe|recipes|lunch|dinner|guide|tip|tips|bread|supper|look|survey|word|soup|one|start|stir
run ~2 under ~2 water|tap
running|run ~2 low|out|short ~1 on|of ~5 $?
if|when|should ~2 run|running|runs ~1 low|out|short ~1 of|on
oven|set|kitchen|egg ~2 timer
clock ~1 radio|tower|face|back|forward
close ~1 the|your ~1 door|window|lid|oven|account
door|window|oven ~2 close|closes|closing|shuts ~2 behind|gently|button
serve|eat|cook|prepare|make|bake ~2 fast|quickly|immediately
cook|cooks|boil|whisk|stir|fold|fry|work|toss|cool|chill|beat ~3 fast|quickly|immediately
last ~1 few|NUM|minute|minutes|days ~2 of ~1 summer|autumn|winter|spring|cooking|baking|the|milk
add ~4 last|final ~1 minute|minutes|few
last|final step|minute|course|layer|thing
the|for|in ~1 last|final NUM|few minutes|minute
until ~2 gone|evaporated|disappeared|over|finished|empty
leave ~2 too late
not|never ~1 wait ~2 for
not|never ~2 overlook|ignore ~2 the|your
a|the limited company
NUM left|remaining ~1 over|turn|on
left over|hand|side|on|of|from|open
is|are|ends|over|starts ~2 noon|ten|eight|nine|NUM
starts ~6 ends
closed|close|closes|open|opens ~4 NUM|noon|nine|ten|eight|seven|six
your ~2 guests|kids|friends|family ~1 notice $?
store|shop|market|deli|bakery|counter|tasting|kitchen|cafe ~2 closes|close|ends|shuts
is ~2 missing ~1 from|a|something
what|something|anything ~2 missing $?
something|anything|item|items ~3 missing
risk assessment
mega ~1 store|bus
no longer ~3 want|wish
sorry ~4 inconvenience|mess|delay|we
we|are|are ~1 sorry
put|set ~1 kettle|timer|oven
not afraid to
good|real ~1 friends
"""
TONE_FAMILIES = Families(_WORDS, _PATTERNS, _HARMLESS)
