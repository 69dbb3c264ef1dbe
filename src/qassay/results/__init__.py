"""What is read out of bundles that hold: rows, two side by side, many over time, other programs."""
