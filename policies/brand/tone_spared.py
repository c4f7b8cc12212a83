"""Wording that looks as if it would press a reader and does not; patterns as in `families.py`."""

from __future__ import annotations

SPARED = """
^ never $?
^ never $
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
not|never ~1 wait for !you|anyone|anybody|nobody|us
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
no ~1 rush|hurry
not ~1 hurry|rush ~1 the|it|them|this|a
not hurry|rush the|it|them|this|a
if you have|had a|an|any|some
do you have
all over the|it|them
"""
