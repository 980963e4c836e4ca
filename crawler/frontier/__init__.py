"""What to fetch next and how fast: the queue, the pace of each host, when to come back, and bytes in hand.

Others hold one `Frontier`, which hands out a `Poll` or a `Visit`, one `Hosts` and one `Budget`; `AsyncStore` is the record as the event loop sees it; `addresses.refusal` is the guard's rule.
"""
