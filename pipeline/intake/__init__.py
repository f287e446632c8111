"""What comes in: records are read, drops claimed and journalled, PDFs and scans let through a gate."""
