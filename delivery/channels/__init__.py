"""What a message becomes on its way out: `.eml` files and push payloads in the workspace's outbox folder.

`mailroom.Mailroom` takes a batch and its permit; `email` and `push` write one message each.
"""
