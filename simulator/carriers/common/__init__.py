"""What every carrier is built of: its interface, scan codes, credentials, tokens, OAuth, proofs of delivery."""
