"""What to expect of people: purchases of their own accord, what a message adds, and to whom.

`organic.fit_organic`, `response.expected_conversions_per_contact` and its kin, `priors.RESPONSE_PRIORS`,
`uplift.Uplift`, `uplift_card.score_cards`, `uplift_choice.choose`.
"""
