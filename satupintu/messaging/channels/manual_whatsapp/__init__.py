"""WhatsApp by hand: an officer's telephone opens a chat with the text typed; we log who sent it."""

from satupintu.messaging.rules import whatsapp_link

__all__ = ["whatsapp_link"]
