"""The report: one self-contained page and one terminal summary of what a campaign did, was expected to do, and cost.

`page.write_page(story, path)` writes the page, `summary.show(story)` prints the summary, `story.gather(...)` collects.
"""
