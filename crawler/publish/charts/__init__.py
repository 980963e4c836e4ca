"""Charts: pictures of the record, each with a sentence and a table that say the same.

`data.CHARTS` names them; `data.chart` reads one from the record, `svg` draws. Only `data` asks the record.
"""
