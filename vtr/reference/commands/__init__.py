"""The commands of the reference validator: each takes its options, makes one call, and prints what comes back."""
