"""Run one story against one validator: doors to the carriers, requests, the comparison, the validator's conduct."""
