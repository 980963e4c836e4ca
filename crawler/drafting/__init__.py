"""A beat's rules from examples, and what a rule does: `words.suggest`, `draft.draft`, `trial.compare`, `learning.learn_rules`, `linear.learned_words`, `lint.lint`."""
