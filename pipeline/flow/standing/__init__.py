"""How filed cases stand: judged when something around them changes, kept in the index, then only asked."""
