"""Versions of the plan: a perubahan is copied, edited as a draft, determined, and compared with what it changed."""
