"""What pages say, in the language of who reads them: `wording.wording_of`, `choice.language_for`; a catalogue `CODE.po` each.

Sentences stand in English where they are said; `python docs/messages.py` collects them into the catalogues. What the
record itself says (reasons, evidence) and what an error says is English everywhere.
"""
