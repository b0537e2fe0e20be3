"""Talking to chat-completions servers: what is sent, what comes back, and how fast."""
