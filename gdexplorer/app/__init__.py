"""The layer that wires core, files, engine and ui into a program."""
