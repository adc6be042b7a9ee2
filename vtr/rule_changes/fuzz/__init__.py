"""Stories that nobody wrote: invented, held against two validators, and made small where these disagree.

`inventing` makes a document by chance; `disputes` asks both validators and says where they differ; `shrinking` takes
away what the difference doesn't need; `searching` does all of it for a while.
"""
