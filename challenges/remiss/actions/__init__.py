"""What happens to referrals and answers. Each function is one transaction; mail is queued in it.

A module per subject: referrals, recipients, responses, publication, replies.
"""
