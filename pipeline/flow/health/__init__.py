"""How the service fares: what `jeke doctor --health` looks at."""
