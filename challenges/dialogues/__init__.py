"""Dialogues: planning, invitations, sign-up, calendar files, notes and outcomes."""
