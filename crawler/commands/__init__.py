"""What the verbs print: one module per command, the logic behind `crawler.cli`."""
