"""Several machines fetch for one record: hosts are leased, and answers handed over, in PostgreSQL.

Others call `node.NodeCrawl`, the queue and pace of a node, and `writer.Writer`, which appends what nodes hand over with the same `append` as ever; `overview` tells how it goes. Nothing above this room knows which queue it draws from.
"""
