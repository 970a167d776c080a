"""The HTTP service: JSON calls, server-sent events, metrics and the built web pages, over one open shop."""
