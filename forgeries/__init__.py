"""Named forgeries of bundles, made from honest ones: what an auditor must refuse."""
