"""A beat's rules from examples, and what a rule does: `words.suggest`, `draft.draft`, `trial.compare`, `learning.learn_rules`, `linear.learned_words`, `lint.lint`.

Pure but for `gather`, which reads examples from files and from the record. The verbs of `beat` and the review's trial call these.
"""
