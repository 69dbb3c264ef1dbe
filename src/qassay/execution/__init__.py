"""Running a plan: every finished batch is on disk before the next begins."""
