"""Fairness: what a plan gives to and asks of groups of people that it may not choose by, and what stands in for a group.

`report.examine` makes the report; `impact` compares rates and means, `proxies` looks for columns that give a group away.
"""
