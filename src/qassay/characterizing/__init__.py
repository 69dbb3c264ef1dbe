"""A machine's datasheet without a claim: a first look, then circuits made for what it found."""
