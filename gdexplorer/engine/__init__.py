"""Threads: the training run and the worker for everything else that takes time."""
