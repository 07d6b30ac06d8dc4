"""Widgets and plots: values in, signals out."""
