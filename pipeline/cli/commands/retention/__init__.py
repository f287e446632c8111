"""`jeke retention`: the group (`group.py`) and its commands."""
