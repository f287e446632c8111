"""OCFL 1.1 storage root and objects: inventories, staging with its crash protocol, validation."""
