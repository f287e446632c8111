"""Recordings of interviews: matched to their case, stored, registered, listened to (¶29)."""
