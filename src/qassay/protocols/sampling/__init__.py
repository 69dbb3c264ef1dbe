"""Random circuit sampling against a deadline: what forging the counts would have cost."""
