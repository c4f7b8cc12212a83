"""What planning can use: data, prediction, and the four sub-agents' instruments, as plain functions.

Each sub-agent's folder has domain modules and one `toolset.py` with the adapters that a model sees.
"""
