"""Remisses at the coordinators' desk; each module registers its own models."""

from challenges.remiss.admin import recipients, referrals, replies, responses

__all__ = ["recipients", "referrals", "replies", "responses"]
