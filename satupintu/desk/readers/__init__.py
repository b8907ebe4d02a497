"""The log as messages: who is told what became of a complaint, and of a consultation."""

from satupintu.desk.readers import complaints, consultations

__all__ = ["complaints", "consultations"]
