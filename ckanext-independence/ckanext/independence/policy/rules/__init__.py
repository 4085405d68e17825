"""The policy's checks: pure functions from what is known of a data set to verdicts.

Refuses to write, to fetch and to raise: what a check cannot know it says it cannot judge.
"""
