"""The place of work: folders, identity, keys, the open archive, the write lock, the render processes."""
