"""Client for chat-completions servers: requests, responses and rate control."""
