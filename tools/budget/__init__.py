"""How the money is spread: concave response curves per segment and channel, and their exact allocation.

Import from the modules: `curves`, `allocate.allocate`, `propose.propose_allocation`.
"""
