"""The sample newsroom that `spacereel demo` polls: six invented publishers on the loopback."""
