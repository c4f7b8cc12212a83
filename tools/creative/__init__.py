"""What a person may receive: copy with slots, offers from a table, and the renderer that fills the slots.

Import from the modules: `propose.propose_creatives`, `render.Renderer`, `slots.campaign_slots`, `brand.humanise`.
"""
