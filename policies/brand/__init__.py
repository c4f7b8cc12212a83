"""How a brand may speak: its file, and a linter that says where copy leaves it and what to write instead.

Import from the modules: `file.load_brand`, `lint.lint`, `variant.review`, `rendered.lint_rendered`.
"""
