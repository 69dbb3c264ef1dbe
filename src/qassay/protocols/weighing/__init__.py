"""What counts say of a claim: what was measured of it, and the bets on both sides of it."""
