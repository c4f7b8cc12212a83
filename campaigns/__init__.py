"""What a campaign is: its nouns, its life and the two ports that an engine needs.

Import each noun from its own module (`campaigns.plan.Plan`, `campaigns.brief.Brief`, `campaigns.ports.World`, ...).
"""
