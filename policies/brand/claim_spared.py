"""Wording that looks as if it would state something about what is sold and does not; patterns as in `families.py`."""

from __future__ import annotations

SPARED = """
pinch|pinches|spoon|spoonful|bag|cup|lot|lots|bit|glass|splash of ~2 NUTRIENT
full|packed|plenty of flavour|flavor
gin ~2 tonic
tonic water
heart of ~2 SLOT|artichoke|artichokes|lettuce|town|kitchen|city|winter|shop|home|store
artichoke|palm|celery|lettuce|romaine hearts|heart
by|know|off|learn|change ~1 heart
digestive|rich|tea|ginger biscuit|biscuits
keep|peel|score|pat|leave|skin|crisp ~2 skin ~2 on|off|tomatoes|side|dry|down|until
more|fewer|less|no than NUM
not|no|less|fewer|more|under ~1 more|less|fewer than NUM ~3 minutes|hours|hour|days|weeks|steps|ingredients
rather|other|later|earlier|sooner|worse than
COMPARATIVE|better|more|less ~1 than ever|usual|expected|before|later|yesterday|last|you|SLOT
COMPARATIVE ~2 than it|they|that sounds|looks|seems
what|who|nothing is|s ~1 COMPARATIVE|better|nicer ~2 than ~6 $?
taller|older|younger|bigger|longer|shorter|larger|wider|heavier|later|earlier|warmer|colder|hotter|cooler|thicker|thinner|darker|faster|slower than ~2 NUM|finger|thumb|hand|minutes|pan|usual
tried and tested|true
tell|let|show ~1 us|me ~12 recommend|favourite
can|would|do|may we|you|i|anyone recommend
we|i|our|cook|team recommend|suggest ~1 lemon|serving|a|the|it
favourite|favorite ~3 $?
your|my|our ~1 favourite|favorite
recycle|recycling ~3 bin|bins|point|box|station|at|by|in
please|^ recycle
science of
cold and flu
study ~1 of|desk|table|guide|room|group
test kitchen
test ~1 the|it|with|for|if|whether|your
tests|test ~2 our|of ~1 app|site
leave|write|read|your ~2 review|reviews|star|rating
star anise|fruit|shape|shaped|shapes|cookies|signs|anise
refund|refunds ~3 desk|policy|counter|at
medicine cabinet|counter|aisle|chest
doctor|doctors|vet|vets|pharmacist|dentist ~1 appointment|office|before|if
ask|see|speak|consult ~2 doctor|pharmacist|vet|gp|expert|experts
ocean|sea|earth|planet ~1 view|floor|sciences
soil|nature|plastic ~1 reserve|walk|trail|bag|bags|wrap|pot|pots|film|box|container|containers|tub|tubs|spoon|spoons
plastic ~6 bag|wrap|lid|tub|container
no ~1 plastic ~6 please
carbon paper|monoxide|water
fresh ~1 from|out ~2 oven|fryer|pan
hand ~1 cream|cream|wash|towel|soap|picked-by
family ~1 recipe ~3 $?
share|send|try|your|write|bring ~3 family|original|secret|old|traditional recipe
original ~1 box|packaging|receipt
clear|cut|build|lift ~2 plate|plates|table|space|fat
stop|help|treat|feed|keep|top|cut|keeps|helps|sort ~1 the|your|a|our ~1 bug|pressure|eyes|mind|heart
in mind
change|changed|make|cross|slip|slipped ~2 mind|minds|eye|eyes
keep ~1 eye|eyes ~1 on|open|out
help ~1 yourself
pressure cooker|cookers
fat ~3 pan|skim|render|trim
melt ~2 fat
trim|skim|render|cut|drain ~3 fat
focus ~1 on|week|group
joint|joints of|with|rests|for
sunday|beef|roasting|lamb|pork joint|joints
belly|cheek ~1 pork|of
pork belly
brain|mind ~1 teaser|teasers|game|games
memory ~2 lane|card|foam
cold|winter ~1 morning|night|evening|day
burn|burns|burned|burnt ~1 the|your|it|easily
well|tightly|sealed|good ~1 sealed
famous ~1 last words
popular ~1 times|hours
authentic|official ~1 id
quality ~1 time
award ~1 yourself
organic|recycling ~1 waste|bin
best|most ~2 wishes|before|friends|time|way|part
no longer
"""
