"""How a plan proves what it did: assignment, power, the design of the control, looks, estimates, and the claim at the end.

Import from the modules: `assignment.assign`, `design.design_experiment`, `effect.difference`, `sequential.at_any_look`,
`looks.at_planned_look`, `srm.alarm`, `claim.LiftClaim`; the README says which file answers which question.
"""
