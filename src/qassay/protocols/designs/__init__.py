"""Which circuits a claim asks for: lengths, arms, and how many, from the claim alone."""
