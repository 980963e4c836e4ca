"""Spiders: thin; they ask, hand the bytes on, and yield."""
