"""The audit: a stranger re-derives circuits, numbers, verdicts and report, offline."""
