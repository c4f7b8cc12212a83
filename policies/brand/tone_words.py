"""Families of wording that press a reader: hurry, scarcity, fear, shame, flattery with a string, hype."""

from __future__ import annotations

from policies.brand.families import Families
from policies.brand.tone_spared import SPARED

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
will|do|does|can|might|may not ~2 last|wait|linger|hang|repeat|repeated|stay|come|back|again
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
if ~1 you ?really ?truly care|loved|love|cared|valued ~6 would|will|do|bring|buy|order|serve|come
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
you|they|we will never ~1 live|hear|forgive|forget|be|get|see|have
^ leave|wait|dither|dally|delay|skip|blink|forget|ignore|pass|miss|hang|sleep|put|walk|dawdle|hesitate|get|bring|turn|come|run|lose ~5 and|or|then you ~1 will|are|have|may
^ blink
or|before|and someone|somebody|else|others|another|anyone ~2 will|has|have|gets|get|takes|take|grabs|may|empties|does|is|buys
not ~7 much|any longer|more !than|NUM
be|is|are ~1 bare|stripped|cleaned|cleared|emptied ~1 by|before|out|of|soon|$
^ move|go|run|jump|quick|hop|charge|come-on|listen|wake|dash|scramble $
^ come on $
how can|could|dare you $?
^ how can|could you
after all that|this|these|we|our
not so much ~1 as
nobody|none|noone ~1 forgives|forgive|wants|want|likes|respects|remembers|thanks|comes|come|will|invites|trusts|loves|thinks
no one ~1 forgives|forgive|wants|want|likes|respects|remembers|thanks|comes|will|invites|loves
you still !can|have-until|get|like|may|buy|use
tut|tsk|ahem|pfft
it|they|that|shelf|oven|pan|basket|fridge ~2 trusted|trusts|misses|cries|screams|begs|sulks|weeps|pines|pities|hates|longs you|for
missing|misses|miss you
calling|screaming|crying|begging|pining|longing|sulking|weeping|whimpering
^ move|shift|hop it $
you said|promised|swore|vowed ~1 you|us|yourself|them|me|to
hang|hide|bow your ~1 head|face
look|take ~3 yourself
^ look at ~1 that|yourself|the state|sad
sad !to|day|news
sorry|sad|poor excuse|state|sandwich|sight|lunch|dinner|supper
another week|night|month|year|evening|meal|day|weekend|winter ~1 of|with|without
and|are you ~1 are ~1 fine|okay|ok|happy|content with
skates on
pull|get your ~2 out|finger|act|together|skates|socks
feels|feel|felt|is|are|looks ~1 empty|lonely|cold|quiet|lost|sad ~2 without|since|you|here|$
since you ~1 stopped|left|went|last|were|stayed|walked
you ~1 stopped|quit coming|visiting|buying|shopping|reading|writing|caring
did|done something wrong
for once !a|the
like ~1 a|an grown|adult|proper|real|pro|man
^ think|imagine|picture how|what|of|if ~3 feel|feels|would|happen|happens|look|say|like|without
be honest
you are|were ~1 scared|afraid|frightened|ashamed|lazy|embarrassed|chicken
admit ~1 it|that
you ~1 do|did|have not ~1 even|bother|bothered|care
never even|bother|bothered
to heart
^ do it
your conscience|fault|blame|watch|hands
on|be you|yours $
come|comes|comes|coming crying|begging|complaining|moaning|whining
do not ~1 say|blame|expect|pretend|complain|whine|moan|kid|cry|sulk
you prepared|sure|certain $?
^ are you ~4 or not
or not $?
tomorrow|later|monday|next-week ~1 will|is|may ~1 not|too|be ~1 do|too|late|wait|good|enough
whatever you do
how hard|difficult ~1 can|could|is
too much to ask
when did|was|were ~1 you|the last
you are ~1 already|running|far|so|way behind|late
already|falling|fallen|getting|left behind !the
^ really|seriously|exactly|honestly|well $?
^ exactly|seriously|honestly $
waits|wait ~1 for no|nobody|none
^ no ~4 means
means ~1 no
it is that simple
before ~6 strips|empties|clears|snatches|finishes|beats|grabs|takes|swoop|swoops|pounce|do|wakes
by the time you
you|to ~2 wish you
what would|will ~1 your|they|people ~3 think|say
your friends|guests|neighbours|neighbors|family|kids|children|mother|boss ~1 will|would|may ~1 talk|notice|remember|laugh|judge|whisper|starve|know|complain|gossip|think|never|not
they|all will ~1 remember|talk|laugh|know|notice|judge|complain|cry|leave|starve|gossip|sulk
can not ~1 keep|hold|save|promise ~3 if|place|spot|slot
if you do not $
there will not be
will not be ~1 around|here|there|long|any|another|many
every|each minute|second|hour|day you
you can|could do better
you never|not ~1 came|called|wrote|opened|replied|answered|bothered|showed|visited|even
you keep saying|promising|putting|forgetting|meaning|ignoring
the least you
that is all you|we|there
^ wait|stop|pause|sleep|stall|hesitate|dally|linger ~3 and ~4 will
wasting|rotting|languishing
while|whilst|as you ~1 scroll|dither|read|wait|sleep|hesitate|dawdle|think|decide|sit
horrified|appalled|disgusted|aghast|mortified|unimpressed
prove us|them|me ~1 wrong
too grand|good|proud|posh|busy|important|tired for|to
perhaps|maybe $?
unread|unopened|unloved|abandoned|neglected|forgotten|forsaken
you left|leave|let|abandoned|turned|threw|broke|dumped|snubbed it|us|this|them|our|me ~1 unread|down|behind|waiting|hanging|alone|away|heart
let|letting it|that|this ~1 be ~2 again
^ you promised|owe|forgot|failed|again
you|they|we|your ~2 should|ought ~1 have|to|be !start|open|call|ring|be-able
should ~1 have ~1 been|known|come|gone|thought|done
your chance|chances|turn|moment|time ~2 will|is|are|slipping|going|up
^ NUM left $
one ~2 and it|they ~2 lost|gone|over
all lost|over|ruined|wasted
asked|told|reminded|warned|written|wrote ~1 you ~1 NUM|twice|already|again|before|thrice
twice now
^ buy|get|take|grab|do|eat it|them|some|one $
still ~3 with that|those|your|the ~3 $?
still waiting|scrolling|sleeping|deciding $?
still ING ~5 that|same|those ~3 $?
excuse|excuses !me
what ~3 waiting|stopping|keeping ~1 you|for
be ~1 sorry|quick|fast|early|brave|first|there ~1 or|about|off|enough|$
skip|miss|pass|refuse|resist|ignore ~2 if|at you|your
while|whilst you ~2 still|can|have|may
last|final call|calls|orders|round|rounds
going ~1 once|twice
or face|suffer|pay|explain|answer|starve|weep|cry|miss
consequences
^ hesitate|dither|dally|dawdle|linger|snooze|procrastinate|delay|blink
too scared|afraid|timid|shy|lazy|proud|busy|stingy|cowardly to
because of|thanks-to you
dying ~1 of|for|without
they|it|these ~1 will ~1 vanish|disappear|evaporate|fly
whose fault|job|turn
do|does the maths|math|sums
everyone|everybody|others|neighbours ~1 else ~2 did|has|have|is|are ~2 theirs|done|already|ordered|ready|ahead
"""
TONE_FAMILIES = Families(_WORDS, _PATTERNS, SPARED)
