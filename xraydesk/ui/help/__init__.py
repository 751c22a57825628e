"""Help: a guide, keys, where things are kept, and what to tell when something went wrong."""
