"""The carriers' clients: each module asks one carrier (`track`) and reads its answers (`read`), and judges nothing.

`read(document, asked)` is pure and total, for answers as they come and for answers saved before.
"""

CLIENTS = ("ups", "usps", "fedex", "dhl", "chinapost")
