"""What every carrier is built of: its interface, scan codes, number forms, credentials, tokens, proofs of delivery."""
