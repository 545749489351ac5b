"""release: gate, candidate, pointer and comparison: how figures become a frozen release."""
