"""jeke-is (жеке іс): unscheduled attestation by order № 218, from a dropped record to a filed personal file."""
