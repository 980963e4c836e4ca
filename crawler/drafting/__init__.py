"""A beat's rules from examples, and what a rule does: `words.suggest`, `draft.draft`, `trial.compare`, `learning.learn_rules`, `lint.lint`."""
