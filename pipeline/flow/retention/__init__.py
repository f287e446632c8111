"""The year of a recording: plans, approvals, holds, destruction and its act, the clock (¶29, ¶34)."""
