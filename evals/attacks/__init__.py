"""What a language model that obeys every injection can bring about, case by case, and what refuses it.

`run.run_attacks` lives through all of them; `table.page` is the table in `docs/attacks.md`.
"""
