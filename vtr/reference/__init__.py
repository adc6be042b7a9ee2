"""The reference validator: carriers' answers and the rules of a profile in, Amazon's report rows out.

It knows nothing of the simulator and nothing of the harness around it: shared code would let one mistake agree with
itself. An import contract holds this.
"""
