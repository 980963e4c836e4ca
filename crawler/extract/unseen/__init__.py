"""What a page holds and does not show: articles in the data of its scripts, and in markup that only some readers draw.

Others call `drawn.unseen_article`, which is asked where the page shows no prose of its own.
"""
