"""What people name, and what lies in the archive of it: persons, cases, papers, withdrawn records."""
