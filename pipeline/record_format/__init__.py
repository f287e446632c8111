"""The YAML record format: read with places, built, described, repaired; its schema and blanks."""
