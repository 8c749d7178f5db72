"""Plants known faults into a synthetic register, with the truth beside it, so that what finds faults can be held to something."""
