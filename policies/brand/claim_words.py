"""Families of wording that state a fact: effects on body and planet, science, origin, rank, popularity, promises."""

from __future__ import annotations

from policies.brand.claim_spared import SPARED
from policies.brand.families import Families

_WORDS = {
    "HEALTH": "antioxidant* nutritio* nutritious* nutrient* wholesom* nourish* healthier= healthiest= healthy= healthily= healthful* detox* superfood* immun* cholesterol= probiotic* prebiotic* metaboli* wellbeing= wellness="
    " inflammat* antiage* antiageing= antiaging= wrinkle toxin toxins= slimming= revitali* rejuvenat* medicin* therap* remed* cleanse* antibacterial* hydrating= energising= energizing= energise* energize* hypoallergenic* restorative* collagen= adaptogen* anticancer*",
    "BODYVERB": "sets= set= boost improve lower= lowers= lowering= reduce support strengthen protect calm= calms= calming= soothe ease relieve settle cleanse clear= clears= clearing= fight= fights= fighting= beat= beats= beating= prevent stop= stops= stopping= ward help= helps= helping= aid restore revive repair heal cure balance control regulate sharpen lift= lifts= lifting= brighten"
    " soften smooth speed burn flatten tone= tones= build= builds= building= nourish hydrate energise energize fuel= fuels= feed= feeds= feeding= banish combat defend shield tackle lessen cut= cuts= curb increase raise= raises= stimulate enhance promote benefit deliver reverse chase rid= rids= melt= melts= nurture care= cares= look= looks= treat= treats= bolster supercharge rebuild replenish perk= top= tame= flush= keep= keeps= quiet= gladden slow= slows= sort= sorts= kick= kicks= sends= shift= shifts= knocks=",
    "BODY": "knees= body= bodies= heart= hearts= brain= brains= bones= joints= joint= gut= guts= tummy= tummies= stomach= belly= skin= hair= nails= teeth= eyes= eyesight= liver= muscle= muscles= mood= moods= memory= sleep= nerves= throat= throats= cough= coughs= colds= flu= sniffles= bug= bugs= stress= tension= weight= waist= waistline= appetite= hunger="
    " immune= immunity= defences= defenses= digestion= circulation= concentration= arteries= lungs= kidneys= hormones= complexion= libido= stamina= vitality= fatigue= tiredness= insomnia= headache= headaches= migraine= migraines= bloating= pain= pains= ache= aches= allergy= allergies= asthma= eczema= arthritis= anxiety= depression= diabetes= cancer= disease= diseases= illness= infection= infections= virus= viruses= germs= ageing= aging= hangover= hangovers= cravings= indigestion= heartburn= constipation= cramps= fever= pressure= sugars= energy= focus= metabolism= health= wellbeing= spirits= mind= minds= blues= winter-colds= calories= fat=",
    "NUTRIENT": "vitamin= vitamins= protein= proteins= fibre= fiber= fat= sugar= sugars= salt= calcium= iron= zinc= magnesium= potassium= omega= antioxidants= nutrients= minerals= mineral= goodness= calories= carbs= carbohydrates= energy= cultures= probiotics= folate= sodium= saturates= vits=",
    "RICH": "rich= richer= high= higher= low= lower= packed= packs= pack= full= fuller= loaded= bursting= brimming= crammed= source= boost= dose= kick= hit= bundle= stuffed= teeming= bags= powerhouse= plenty= lots= more= less= natural= jam-packed= contains= fewer= half= double= twice= extra= great= good= excellent= shot= wealth=",
    "FITNESS": "full= fuller= fit= fitter= young= younger= healthy= healthier= well= strong= stronger= slim= slimmer= regular= sharp= sharper= alert= going= energised= energized= lean= leaner= trim= awake= active= balanced= hydrated= lighter= satisfied=",
    "GROW": "concentrate= grow= learn= sleep= focus= digest= recover= relax= heal= fight= beat= lose= prevent= lower= perform= think= cope= burn= protect= thrive= unwind= snooze= nod= live= feel= wake=",
    "STUDY": "science= study= studies= research= researchers= scientists= scientist= test= tests= trial= trials= survey= surveys= evidence= data= experiments= findings= statistics= clinic= lab= labs= laboratory= university= universities= proof= figures= polls= facts=",
    "SHOW": "show= shows= showed= shown= say= says= said= prove= proves= proved= proven= confirm= confirms= confirmed= suggest= suggests= found= finds= find= back= backs= backed= reveal= reveals= revealed= agree= agrees= support= supports= supported= demonstrate= demonstrates= demonstrated= link= links= linked= behind= points= indicate= indicates= speak= speaks= verify= verifies= verified= tell= tells= is= testify= conclude= concluded=",
    "EXPERT": "doctor= doctors= physician= physicians= dentist= dentists= dermatologist= dermatologists= chefs= bakers= expert= experts= scientists= nutritionist= nutritionists= dietitian= dietitians= dietician= dieticians= vet= vets= paediatricians= pediatricians= pediatrician= paediatrician= nurses= nurse= midwives= coaches= trainers= athletes= celebrities= critics= judges= reviewers= connoisseurs= sommeliers= foodies= professionals= pros= pharmacists= specialists= hospitals= olympians= restaurants= influencers= gp= gps= surgeons= professors= michelin= baristas= cardiologists= cardiologist= therapists=",
    "ENDORSE": "recommend recommends= recommended= love= loves= loved= choose= chooses= chose= chosen= rate= rates= rated= say= says= swear= swears= trust= trusts= trusted= use= uses= used= pick= picks= picked= prefer= prefers= preferred= preference= agree= agrees= suggest= suggests= rave= raves= raving= back= backs= backed= approve= approves= approved= adore= adores= adored= favour= favours= favoured= favor= favored= endorse= endorses= endorsed= praise= praises= praised= call= calls= vote= voted= rank= ranked= acclaim* prescribe* vouch* buy= buys= crave= craves= reach= reaches= switched= switch= stand= crown= crowned= admire= want= wants= advise= advises= insist= drink= drinks= eat= verdict= impressed= confirm= confirms=",
    "POPULAR": "people= customer= customers= shopper= shoppers= everyone= everybody= families= parents= mums= moms= dads= fans= nation= country= thousands= millions= hundreds= americans= brits= britain= america= neighbours= neighbors= locals= households= members= women= men= readers= kids= children= users= town= world= cooks= regulars= folk= folks= generations= reviewers= visitors= guests= canadians= majority= tasters= drinkers= buyers=",
    "LOVE": "love= loves= loved= adore= adores= rave= raves= raving= prefer= prefers= preferred= favourite= favorite= choose= chooses= chose= trust= trusts= trusted= swear= swears= rate= rates= rated= agree= agreed= agrees= recommend= recommends= switched= switch= returning= come-back= crave= craves= pick= voted= vote= say= said= adored= obsessed= hooked= addicted= fall= fell= approve= approved= noticed= taste= feel= felt= reported= report= keeps=",
    "PRO": "doctor= doctors= physicians= dietician* dietitian* nutritionist* dermatolog* dentist dentists= scientist scientists= experts= researchers= cardiolog* paediatrician* pediatrician* clinician* medics= professors= vets=",
    "ANIMAL": "cow= cows= hen= hens= pigs= animals= sheep= chickens= fish= bees= herd= herds= cattle= goats= turkeys= ducks= livestock=",
    "AILMENT": "headache headaches= migraine anxiety= insomnia= fatigue= tiredness= bloating= colds= flu= germs= bacteria= virus viruses= cancer= diabetes= disease illness arthritis= heartburn= indigestion= hangover constipation= cramps= acne= eczema= cellulite= dandruff= hayfever= asthma= dementia= cavities= plaque=",
    "WONT": "tonic= elixir* potion medicine= antidote",
    "TOP": "ultimate= finest= supreme= premium= superior= exceptional= outstanding= extraordinary= exquisite= unbeat* unmatch* unrival* unparallel* unsurpass* unequal* incomparab* matchless= peerless= toprated= topquality= topnotch= firstclass= worldclass= firstrate= elite= pinnacle= gourmet= artisan* artisanal= authentic* bestsell* bestseller= renowned= legendary= iconic= acclaim* beloved= famous= celebrated= unique* patented= revolution* breakthrough groundbreaking= miracle* miraculous* pioneering= official* accredit* certif* award* medal* prizewinning= flawless* faultless* foolproof= infallible= proven= impeccable= unfailing* popular= sustainab* biodegrad* compostab* renewable* ethical* fairtrade= organic* humane* handcraft* handmade= handpicked= heritage= guarantee* premier= prestigious= trustworthy= incomparable= cuttingedge= scientifically= clinically= medically= homegrown= sought= unspoilt= effective= effectively= endorse* quality-assured= luxury= luxurious= scrumptious-est nutritionally= genuine= planetfriendly= ecofriendly= carbonneutral= emission* finer= untouched= unadulterated= purest= masterful* premium-grade additivefree= responsibly= sustainably= foremost=",
    "QUALITY": "top= high= higher= highest= premium= superior= best= great= good= finest= exceptional= outstanding= restaurant= professional= consistent= unbeatable= supreme= excellent= guaranteed= real= true= unmatched= better= chef= uncompromising= impeccable= only=",
    "FAULTLESS": "fresh= perfect= perfectly= ripe= crisp= right= works= best= work= tender= juicy= reliable= satisfies= delicious= delivers= delights= pleases= good= on-time=",
    "GREEN": "planet= earth= environment= environments= environmental* environmentally= nature= ocean= oceans= seas= bees= climate= carbon= emissions= footprint= eco= ecological* ecologically= wildlife= rainforest= rainforests= rivers= plastic= landfill= co2= biodiversity= turtles= forests= soil=",
    "KIND": "kind= kinder= kindest= good= better= gentle= gentler= friendly= friendlier= care= cares= caring= love= loves= loving= save= saves= saving= help= helps= helping= protect= protects= protecting= respect= respects= respecting= safe= safer= smaller= lower= reduce= reduces= reducing= cut= cuts= cutting= zero= no= without= less= neutral= positive= negative= free= responsible= responsibly= restore= restores= heal= heals= thank= thanks= thanking= great= easy= easier= light= lighter= cleaner= shrink= shrinks= tiny= low= fewer= out= net= happy= happier= clean= costing= costs= conscious= gives= give=",
    "PROCESS": "picked= caught= harvested= landed= grown= reared= raised= produced= farmed= fished= milled= roasted= brewed= bottled= pressed= crafted= made= sourced= baked= squeezed= churned= smoked= aged= gathered= selected= prepared= bred= fed= matured= foraged=",
    "CAREFUL": "locally= local= hand= hands= sustainably= ethically= responsibly= traditionally= lovingly= carefully= expertly= naturally= humanely= line= pole= grass= pasture= wild= organically= slowly= farm= specially= stone= home= proudly= cold= painstakingly= family= domestically= individually= outdoor= fairly= barn-free british= american= irish=",
    "NATION": "british= english= scottish= irish= welsh= french= italian= spanish= greek= american= canadian= swiss= german= belgian= danish= dutch= norwegian= alaskan= sicilian= tuscan= cornish= yorkshire= kentish= devon= californian= vermont= wisconsin= idaho= florida= japanese= turkish= portuguese= uk= us-grown=",
    "PLACE": "britain= england= scotland= ireland= wales= france= italy= spain= greece= america= canada= switzerland= germany= kent= devon= cornwall= yorkshire= sicily= tuscany= california= vermont= wisconsin= idaho= florida= japan= turkey-land portugal= usa= norway= alaska= county= state= local= nearby= town= valley= region= here= village= family= sun= miles= doorstep= small= soil= slopes= hills= meadows= uk= home= springfield= riverton= oakdale= lakeside=",
    "FARM": "farm= farms= farmer= farmers= grower= growers= orchard= orchards= field= fields= sea= pasture= pastures= vineyard= vineyards= fisherman= fishermen= boat= boats= source= dairy= dairies= producers= producer= soil= meadow= hive= tree= vine= hen= hens= docks= harbour= ocean=",
    "NASTY": "additive additives= preservative preservatives= artificial= artificially= nasties= nasty= gm= gmo= gmos= pesticide pesticides= hormone= hormones= antibiotic antibiotics= chemical chemicals= palm= msg= fillers= filler= rubbish= colours= colourings= colorings= colors= flavourings= flavorings= sweeteners= junk= parabens= toxins= compromise= compromises= hidden= bulking= bpa= enumbers=",
    "NOT": "no= without= zero= never= nothing= free= not= none= minus= nor= any= skip=",
    "HURRAH": "reviews= rating= ratings= stars= star=",
    "WONDER": "wonders= miracles= magic= results= marvels=",
    "EVERY": "always= ever= every= everytime= each= consistently= invariably=",
    "CLAIMER": "promise promises= promised= pledge vow= vows= vowed= swear= assure assures= assured= commitment=",
    "RIVAL": "any= every= all= other= others= rest= competition= competitors= competitor= rivals= rival= them= supermarket= supermarkets= everyone= else= anything= shop= store= brand= brands=",
}
_PATTERNS = """
HEALTH
TOP
AILMENT
real|genuine|honest|proper|true ~1 FARM|NATION|PLACE|milk|butter|ingredients|fruit|cream|chocolate|vanilla|meat|juice
nothing added|artificial
never ~1 go|look|buy|want|need|settle ~2 back|another|else|again|less
cleaner|greener|safer|healthier|kinder|purer ~2 way|ways|choice|option|alternative|kitchen|home|world|future|wash
first|top|second|best|gold|silver|bronze prize|place|rosette
not ~1 go|turn|get off|stale|spoil|soggy|brown|bad|mouldy
ours is|are ~2 best|better|finest|fresher|the
ask anyone|anybody|around
give|gives|giving you|them|him|her|kids|children ~2 strength|energy|power|glow|boost|vitality|stamina|life|lift|confidence|focus
always|only|all PROCESS
PROCESS|landed ~2 same|very|that day|morning|night
helps|help ~2 drop|nod|doze|wind|drift off|down
our|these|each|every ~2 gives|makes|keeps|leaves|fills|sets|turns|helps|protects you|your !recipe|list|idea|ideas|time
we always|never|only
our ~3 always|never !the
most|very|even sensitive|delicate ~1 skin|stomach|stomachs|tummies
suitable for ~4 skin|baby|babies|diabetics
PRO
won|wins|win|winning|scooped|bagged|took|takes ~2 gold|silver|bronze|medal|medals|prize|prizes|award|best|again
first|number|top|only|natural choice
BODY sharp|strong|going|healthy|calm|clear|young|ticking|happy
longer|healthier|better|happier life|lives
ANIMAL ~5 never|free|happy|happier|outdoors|outside|pasture|roam|roaming|treated|cared|graze|grazing|love|sunshine
cage|cages|caged|roam|roaming|welfare|free-roaming
pollut*|pollute|pollutes|pollution|emissions|smog
travel|travels|travelled ~1 less|fewer|miles
NUM years|times running
in a row
WONT
nobody|none|nowhere|nothing ~4 like|as ~2 us|we|ours
anywhere|anyone|nowhere|noone else
pounds|kilos|inches ~2 away|off|drop|fall|melt
half|twice|third|quarter|double the ~1 NUTRIENT
kill|kills|killing|remove|removes|removing|eliminate|eliminates|destroy|destroys|cleans|lifts ~4 germs|bacteria|stains|stain|dirt|limescale|grease|odours|odors|mould
the original and|since|recipe
still the best
so good ~1 it|we|they|you|that
at bay
takes|take the edge ~1 off
reared|farmed|sourced|harvested|foraged|churned|milled|traceable|traded
hour|hours|day|minutes|time ~1 or ~3 us|free|refund|back
BODYVERB|HELP ~3 BODY
BODY ~2 thank|thanks|love|loves|happy|happier|best|stronger|healthier|glow|glowing|smile|calmer|clearer|crave|craves|needs|benefits|start|starts|friend|friendly
strong|stronger|healthy|glowing|clear|clearer|younger|softer|better|happy|happier|calm|calmer|flat|flatter|smoother|shinier|radiant ~1 BODY
good|great|kind|gentle|better|best|wonderful|ideal|excellent|perfect|brilliant ~2 for|on|to ~2 BODY
good|better|best|great for you|us|him|her|children|kids|babies !to
feel|feels|feeling|look|looks|looking ~2 younger|lighter|better|energi*|energised|alive|stronger|fitter|calmer|rested|radiant|rejuvenated|slimmer|full
sleep|sleeps|sleeping|rest|nod ~2 better|deeper|sounder|soundly|well|like|tight|through|off|easier|longer
sound|better|deeper|restful|good|great sleep|rest
live|lives|living|stay|stays|staying ~1 longer|younger|healthy|healthier|young|slim|fit|well|sharp|strong
keep|keeps|keeping you|them|kids|us|children|him|her|everyone|little ~2 FITNESS
leaves|leave you ~2 full|energised|refreshed|younger|glowing|calm
lose|losing|drop|dropping|shed|shedding|shift|shifting ~3 weight|kilo|kilos|inch|inches|stone|pounds|dress
burn|burns|burning|torch|melt ~2 fat|calories|calorie
help|helps|helping|lets|makes ~3 GROW
RICH ~1 in|with|of|on ~2 NUTRIENT
source|boost|dose|kick|hit|shot|powerhouse ~1 of ~1 NUTRIENT|energy
low|high|reduced|lower|no|half|zero ?in NUTRIENT ?milk ~3 and|or|so|all|for|but
more|less|fewer|extra|double|twice|half|added|plus ~1 NUTRIENT than|per|to
no|without|zero added
vitamin|protein|nutrient|fibre|fiber|calcium|iron|energy|immune|health|mineral packed|rich|boost|boosting|boosted|kick|powered|enriched|fortified|fuelled|loaded|punch
fortified|enriched with
guilt|additive|preservative|chemical|pesticide|cruelty|toxin|toxins|antibiotic|gmo|gm|hormone|plastic|carbon|emission|emissions|waste|palm|paraben|bpa|nitrate|sulphate free !eggs|yoghurt|yogurt|milk|drinks|pudding|bread|cakes
free from|of ~3 NASTY|GREEN|waste
NOT ~4 NASTY
cure|cures|curing|cured|heal|heals|healing ~3 cold|you|ill|ills|sickness|anything|everything
doctor|doctors ~3 away|orders|ordered
STUDY ?from ?at ~2 SHOW ~1 that|it|this|us|how|our|why|eating|a|porridge|the|for|in
STUDY|science SHOW $
STUDY backs|backed|proves|proven|approved|tested|says|confirms|agrees|shows|show|say|prove|supports|led
backed|supported|proved|proven|confirmed|shown|established|verified|born|driven|developed|formulated|designed|based ~1 by|in|on|from ~3 STUDY|EXPERT|nature
scientific|scientifically|clinical|clinically|medical|medically|dermatological* ~1 ING|ENDORSE|tested|formulated|proof|evidence|shown|proven|developed|designed|trial|trials|study|studies
lab|laboratory|independently|independent|dermatologically|professionally|triple ~1 tested|test|tests|verified
never|not tested on
EXPERT ~3 ENDORSE
ENDORSE ~1 by ~4 EXPERT|POPULAR|science|nature|STUDY|mums|you
loved|trusted|recommended|approved|endorsed|adored|preferred|praised|rated|voted|crowned|certified|acclaimed|favoured by
trusted|loved|adored|enjoyed|cherished|favourites|favourite|serving|here ~2 since|across|around|worldwide|nationwide|throughout|everywhere|OLDYEAR
highly|widely|universally|strongly|often ~1 ENDORSE|regarded|rated
trusted|most-loved|best-loved ~1 brand|name|choice|source|favourite|grocer|shop|partner
well|much|best|most loved|known|liked|trusted
POPULAR ~1 ?just ?really ?all ?always ?have ?around ?here ?across LOVE !to|you
POPULAR ~4 ask|asking|coming|come|came|keep|returning|return|queue|queuing|rave|talk ~2 back|more|seconds|about|coming
POPULAR ~1 not ~2 wrong|enough
can not get enough
NUM|one|most|FRAC|PERCENT|percent ~1 in|of|out|tenths ~2 NUM|POPULAR|our|you|women|PERCENT ~2 POPULAR|LOVE|ENDORSE|say|come|people
NUM|one out of ?every NUM
NUM PERCENT|percent of ~1 POPULAR
most|every|all POPULAR ~1 LOVE|agree|say|notice|prefer
millions|thousands|hundreds|dozens ~1 of ~2 POPULAR
NUM of ~1 POPULAR
over|more|join|by NUM|millions|thousands|hundreds ~2 POPULAR|sold|happy|satisfied|of|can|agree
happy|satisfied POPULAR
sold|eaten|enjoyed|drunk|served every|worldwide|daily
s|nations|everyones|everybodys|familys|worlds|countrys|family|firm|crowd|customer|local|national|perennial|absolute favourite|favorite|favourites|number|favorites
favourite|favorite of|with|among|for|since ~1 POPULAR|chefs|families|decades|generations|years
crowd pleas*|pleaser|pleasing|pleasers
most|more|hugely|ever|wildly popular
most SUPERLATIVE|ENDORSE|delicious|nutritious|effective|tender|reliable|natural|flavourful|flavorful|advanced|beautiful|trusted|loved|wanted|talked|wonderful|amazing|perfect|affordable|admired|complete|refreshing|luxurious|fragrant|indulgent|satisfying
best ?tasting ~3 ever|town|anywhere|around|city|country|world|state|there|money|yet|market|business|county
SUPERLATIVE ~4 anywhere|around|ever|world|country|city|town|money|market|state|county|britain|yet|known
tastiest|freshest|finest|safest|purest|cleanest|greatest|strongest|juiciest|crispest|richest|creamiest|sweetest|healthiest|greenest|kindest|smoothest|softest|lightest|fastest|sharpest|loveliest|yummiest|crunchiest|ripest|tenderest|fluffiest|plumpest|fullest|boldest|highest|truest|smartest|nicest|friendliest|widest|fanciest|choicest|toughest|brightest|leanest|meatiest|choicest|zestiest|spiciest|hottest|coolest|largest|biggest|choosiest|fruitiest|nuttiest|silkiest|flakiest|cheesiest|thickest
best|better|finer|fresher|tastier|nicer ~2 anywhere|elsewhere|around
not|never|cannot|hardly|ever ~3 COMPARATIVE|better|finer ~2 anywhere|elsewhere|else|than|around
not|never|will ~1 find|get|taste|buy|beat|see|meet ~1 better|finer|fresher|tastier|COMPARATIVE
never ~1 tasted|tried|had|eaten|known|seen ~2 like|so|better|this|such|anything|fresher
nothing|nobody|none|no|nowhere ~3 beats|beat|compares|compare|matches|match|rivals|rival|touches|touch|close|comes|else|better|fresher|finer|as|tops|equals|measures|bakes|tastes|COMPARATIVE ~2 good|like|close|as|our|this|it|us|ours|so|these|them|do|does|well|up|$
no one|other ~3 like|as|better|does|do|can|comes|makes|bakes|grows|offers|brings
like no other|others|one
like nobody|nothing|nowhere|none else
as good as
second to none
above|over|ahead of|the ?of rest|others|competition|crowd|pack
a|the cut above
head|streets|miles ~2 above|ahead
gold standard
in a ~1 league|class of
one of a kind
the only ~4 anywhere|ever|that|to|you|which|on|in|with
QUALITY quality
quality ~2 you|guaranteed|assured|promise|that|ingredients|first|control|checked|without|comes|since
never ~1 compromise|compromises|compromised|fails|fail|disappoint|disappoints|disappointed|lets|let|beaten|bettered|settle|misses|miss|bland|soggy|soft|stale|frozen ~1 $
EVERY ~3 FAULTLESS $
perfect|perfectly|ripe|right|fresh|delicious|crisp|same|works|good|tender|consistent ~3 every ~1 time|day|bite|batch|single|morning|slice|loaf|cup
always|consistently FAULTLESS
every ~1 single time
never fails|lets|disappoints|goes|sticks
work|works|working ~1 WONDER
really|actually|truly|always|simply|definitely work|works
does|do wonders
works|acts|starts ~1 instantly|overnight|fast|minutes
CLAIMER ~2 you|to|that|it|we|freshness|quality|satisfaction|your|never|on
we|our|us|is|a|with CLAIMER
satisfaction|happiness|freshness|quality guarantee*|or|promised|assured|is|you
or ~3 money ~1 back
full|quibble|instant|money|questions|total refund|refunds|refunded|asked
no quibble|quibbles|questions
love ~2 or ~5 back|refund|free|replace
risk free
zero|no|without ~1 risk|risks|harm|side
we|us stand|stands by|behind
can|always|may count|rely|depend|trust on|us
you can trust
taste|see|feel|notice|tell ~1 the difference
difference|freshness|quality you ~2 taste|see|feel|notice
you ~2 taste ~1 difference|freshness|quality|love|sun|care
twice|thrice|double|times|triple|half as ~2 as|long|much|many|good|fresh|strong|fast
NUM times ~1 COMPARATIVE|more|as|the
longer lasting
lasts|last|stays|stay|keeps|keep ~2 fresh|fresher|crisp|crunchy|longer|twice ~1 longer|as|twice|than|for|days
lasts|last longer
COMPARATIVE|better|more|less|fresher|fewer|worse ~5 than
GREEN ~3 KIND
KIND ~3 GREEN
planet|emissions|footprint|biodiversity
low|zero|no|fewer|few|less food|air miles|waste|emissions
recycled|recyclable|reusable|renewable ~1 paper|card|cardboard|plastic|bottles|packaging|materials|energy|ocean|box|tray
packaging|packaged|wrapped|wrapping|box|bags|bottle|bottles|packs|boxes|trays|pots|jars|wrapper ~5 recycl*|recycled|recyclable|paper|plants|sugarcane|plastic|responsible|recycling|biodegrade|breaks
fully|completely|entirely|PERCENT|percent recycled|recyclable|natural|organic|vegan|plant|pure|real|traceable|safe|green|renewable
solar|wind|renewable|green power|powered|energy|electricity
offset|offsets|offsetting
tree|trees ~1 planted|for every
plant|plants|planting ~1 tree|trees ~2 for|every|with
animal|worker|welfare|fairly|living ~1 welfare|paid|wages|wage|standards|friendly|traded
fair trade|trading|wages|wage|pay|deal-farmers
rainforest|soil|leaping|red alliance|association|bunny|tractor
happy|free|contented|pampered|outdoor ~2 cows|hens|pigs|chickens|animals|sheep
CAREFUL PROCESS|reared|blended|finished|roasted
PROCESS ~3 dawn|daily|hours|fairly|hand|sustainably|ethically|responsibly|locally|yesterday|traditionally|nearby|love|scratch
PROCESS|delivered|handmade|arrives|arrive|comes|come ~5 every morning|day
PROCESS ~2 by ~2 hand|hands|farmers|masters|experts|local|bakers|craftsmen|artisans|families|people
PROCESS ~2 in|on|by|at|from|just ~3 PLACE|FARM
PROCESS ~2 with ~2 care|love|pride|passion
PROCESS|works|sun|grown without
straight|direct|directly|fresh ~1 from|off ~3 FARM|NATION|local
from ~2 local|trusted|small|family|nearby|independent|sustainable|british|certified|farmers|farm|neighbouring ~1 FARM|growers|makers|suppliers|bakers|sources|families|sources
local|small|independent|family|trusted|selected ~1 farm|farms|farmers|growers|producers|suppliers|fishermen|dairies|bakers|sources
farm ~1 fresh|to|assured|shop
field|farm|sea|ocean|garden|boat|tree to ~1 fork|plate|table|shelf|shop|door
NUM|all|real|genuine|proper|authentic|true|only|finest|pure ~1 NATION
PERCENT|percent ~1 NATION|fresh|real|pure|natural|organic|safe|vegan|beef|juice|arabica|wholegrain|fruit
made|grown|produced|caught|reared|from in ~1 NATION|PLACE
product of PLACE
since OLDYEAR
established|founded|est ~1 in OLDYEAR
OLDYEAR
family|independently owned|run|business|recipe
for|of|since|over|through|three|four generations|centuries|decades
years of experience|expertise|tradition|know|craft
NUM years ~1 of|running|experience|craft
age|century|centuries|time old|honoured|honored|tested
secret|original|traditional|old|grandmas family|recipe|method|methods|ways|way
nothing but ~2 natural|pure|real|fresh|best|fruit|finest|good|goodness
all|completely|purely|totally|absolutely|wholly|naturally|fully natural|pure|organic|safe|harmless|sweet|sustainable|effective|plant
natural ingredient|ingredients|goodness|flavour|flavours|flavor|flavors|remedy|product|products|source|sweetness|energy|way-to
pure|natural goodness|ingredients|quality|juice|butter|fruit|energy|delight-pure
purity
safe for|enough ~2 baby|babies|children|kids|everyone|all|pets|sensitive
NUM|five|rave|glowing|top|great ~1 HURRAH
HURRAH ~2 agree|rave|say|speak|five
top|highest|highly|best rated|scoring|ranked|reviewed
rated|ranked|voted|crowned|shortlisted
named ~3 best|top|year|finest|shop|NUM
as seen on|in
featured|reviewed|praised in|by|on
winner ~1 of|at|for|in|again
prize winning
number|no|nr one|1 ~1 for|in|choice|brand|grocer|rated|selling|pick
leading|leader|leaders|pioneer|pioneers|specialists ~3 in|of|name|brand|brands|dentists|experts|shop|grocer|choice|the|supplier
market|world|industry leading|leader|beating|class|first|renowned|famous|beater
state|work ~1 art|genius
game|life changer|changing|changers
one and only
choice of|for champions|chefs|athletes|professionals|experts|families|pros|kings
by royal appointment
fit for|a king|queen|royalty|kings
makes|make|made|making you ~1 happy|happier|younger|smarter|stronger|healthier|live|sleep|glow|smarter|fitter
children|kids ~3 grow|learn|concentrate|perform|healthy
the healthy|healthier|natural|smart|responsible|ethical|green|greener|sustainable|right|better|clever|sensible|wise choice|option|alternative|way
expertly|masterfully|skilfully|perfectly|beautifully|meticulously ~1 PROCESS|blended|balanced|seasoned|ripened|cured|ripe
only ~2 finest|best|highest|freshest|purest|natural|real|top
gets|get|getting rid ~1 of
say|says|saying goodbye to ~3 BODY|wrinkles|bloating|HEALTH|tired|dry
fewer|less|no|reduced|visible|visibly ~1 wrinkles|lines|spots|blemishes|results|difference|younger|BODY
no other ~2 like|comes|can|does|has|offers|makes|compares|gives
you|we|to can not beat|fault|top|better|improve
you can|could|will|would|might ~1 tell|swear|taste|notice|smell|guess
you would ~1 think|swear|guess|never
not ~1 go|going|look|looking back ~1 to
cows|hens|pigs|birds|herd|herds|sheep|goats|bees|ducks|chickens|calves|lambs ~1 is|are|live|lives|eat|eats|graze|spend|sleep|out|wander|drink|see
^ no ~4 no ~4 only|just|but|nothing
no shortcuts|shortcut|corners
our NASTY|ones
^ even people|kids|children|toddlers|those|fussy|picky|non
back on|to your|their feet
thing of ~1 past
make|makes|made ~1 for ~1 a|an COMPARATIVE
it shows
see|sees|carry|carries|take|takes|keep|keeps|get|gets you through|going|to
three|two|four|five|NUM times ~1 over
at its|their|her best
as ~1 they|it|nature should|used|did|intended|meant
the way ~3 should|used|did|meant
made|baked|cooked|grown|prepared ~1 to ~1 order|measure
worth ~1 the ~1 wait|trip|journey|detour
nothing|nowhere ~2 but|else
the kind|sort your|you|our|we|they|chefs|my|bakers|people
feel|feels|leaves|leave ~2 new|soft|softer|clean|smooth|silky|like|lovely|cared|good|great|amazing
taste|tastes|tasting of|like ~1 summer|sun|home|holiday|childhood|sunshine|spring|the|they|it
straight|direct|directly from|off the|a !oven|freezer|fridge|pan|heat|can|tin|jar|packet|pot|grill|start
straight|direct|directly from|off !the|a|oven|freezer|fridge|frozen
look|looks|looking|care|cares after your|you
spend|spends|rests|hangs|matures|ages|hang|mature ~1 for ~2 months|years|weeks|fortnight|month|year
^ never $
half|third|quarter|fraction the|of-the time|work|effort|trouble|fuss
like you would ~1 eat|get|find|have|make|buy|taste
we ~1 roast|pick|brew|smoke|cure|press|churn|grow|catch|select|source|choose|age|blend|taste|test|check|inspect|import|mill it|them|each|every|our|all|only
for ~2 COMPARATIVE|deeper|richer|better flavour|flavor|taste|crust|finish|result|results|crumb|colour|color|shine|clean|sleep|skin
there is ~1 no ~1 better|finer|other|substitute|match|equal|beating|comparison
^ the only !thing|time|question|way|day|one-left
we would ~1 choose|pick|buy|want|keep|serve|give|feed|eat ~2 our|ourselves|only|if|any|first|$
as it was ~1 made|done|baked|used|meant
one bite|sip|taste|spoonful|slice|sniff|whiff|mouthful ~1 and|is|will
stays|stay ~1 soft|crisp|fresh|sharp|crunchy|moist|warm|hot|dry|bright|put|clean|white|firm|tender|juicy|green
we ~2 nothing|never|always|within|harder|fairly|ourselves
our ~3 tell|tells|say|says|told us
"""
_RIVALS = """
beats|beat|beating|outshines|outclasses|tops|trumps|trounces|puts|leaves ~2 RIVAL ~2 $
beats|beating|outshines|outclasses|trumps|trounces ~2 any|every|all|other|others|rest|competition|competitors|rivals|supermarket|supermarkets
unlike ~2 RIVAL|most|what|ones
other|another|ordinary|regular|average|normal|competing|rival|rivals|supermarket ~1 brand|brands|shops|stores|supermarkets|grocers|retailers ~6 $
competition|competitors|rivals|competitor|opposition
puts|leaves|put|makes|make ~3 others|rest|rivals|brands|else ~2 shame|behind|look|pale|cold
switch|move|moved|come ~1 over|from ~4 brand|supermarket|store|shop
the big ~1 supermarkets|chains|brands|names|guys|boys
than|as|unlike ~3 others|anyone|anybody|else|elsewhere|supermarket|supermarkets|competition|brand|brands|rivals|shops|stores
what ~2 other|others|supermarkets|rivals ~3 not|never|hide|lack|charge|sell|call
"""
CLAIM_FAMILIES = Families(_WORDS, _PATTERNS, SPARED)
RIVAL_FAMILIES = Families({"RIVAL": _WORDS["RIVAL"]}, _RIVALS, "on the other ~1 hand")
