"""Law as data: one YAML pack per act or body of rules, each rule with its reference, source and day; no legal advice.

`policies.load.load_policies` reads them with the packs of the folder above.
"""
