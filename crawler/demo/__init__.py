"""The sample newsroom that `spacereel demo` polls: six invented publishers on the loopback.

The command holds one `server.Newsroom`; `newsroom.publishers` says what each of them prints.
"""
