"""What people type, read: phrases, words, other readings; and the words a case is found by."""
