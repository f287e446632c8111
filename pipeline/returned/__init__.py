"""What comes back signed: scans by their marks, electronic signatures by their proof."""
