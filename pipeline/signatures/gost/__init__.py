"""The national algorithms, over published parameters and integers alone: verifying, never signing.

Only a certified tool may give the final word on such a signature; what this package finds is preliminary.
"""
