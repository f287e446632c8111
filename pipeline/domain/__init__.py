"""Ground floor: what the words of the order mean, without files, clocks or libraries."""
