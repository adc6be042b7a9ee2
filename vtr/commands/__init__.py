"""The commands of the harness: options in, a call, rows and words out."""
