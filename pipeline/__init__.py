"""jeke-is (жеке іс): unscheduled attestation by order № 218, from a record to a filed personal file."""
