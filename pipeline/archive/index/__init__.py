"""The index of the archive (SQLite): made of the archive alone, asked by `jeke find`; checked against it."""
