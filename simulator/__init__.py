"""A world that answers back: people as columns who buy, read, click, tire and leave, on a SimPy clock.

`rehearse.rehearse` judges a plan; `world.SimWorld` and `sandbox.SandboxWorld` are its two uses of one behaviour.
"""
