"""What to expect of people: purchases of their own accord, and what a message adds.

`organic.fit_organic`, `response.expected_conversions_per_contact` and its kin, `priors.RESPONSE_PRIORS`.
"""
