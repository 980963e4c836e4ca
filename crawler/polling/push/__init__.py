"""WebSub: hubs push what a feed has new, between its polls (https://www.w3.org/TR/websub/).

`subscriptions` decides, `pushes.Pushes` acts on a session, `listener.Listener` is the small HTTP server that hubs call. Off unless `[websub] callback` is set.
"""
