"""One story played against one validator: doors to the carriers, requests, the comparison, the caller's conduct."""
