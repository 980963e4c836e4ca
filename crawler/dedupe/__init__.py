"""Judging likeness, pure: one spelling per address, fingerprints, copies, changes, and what tells of the same event.

Others call `urls.canonical_url`, `fingerprint.fingerprint`, `recognise.recognise`, `changes` and `stories`.
"""
