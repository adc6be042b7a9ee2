"""The carriers' clients. Each carrier's module sends its requests (`track`) and reads its answers (`read`).

No module reaches a verdict. `read(document, asked)` is pure and never raises, for answers off the wire and for saved
ones. Each module also decides which answers mean that the carrier does not know a number: its names with `unknown`.
"""

CLIENTS = ("ups", "usps", "fedex", "dhl", "chinapost")
