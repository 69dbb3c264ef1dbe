"""Accreditation: how far the counts of a partner's own circuit can be from ideal, at the most."""
