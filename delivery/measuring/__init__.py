"""The parts of a measurement beside the effects themselves: cost of an acquisition, retention, what each variable did,
attribution, contamination, and looks while a campaign runs. `delivery.measure` puts them together.
"""
