"""The rows of the table of metrics: all that is known of a metric, in one place each."""
