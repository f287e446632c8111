"""`jeke retention`: the group and its commands."""
