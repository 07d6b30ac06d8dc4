"""What is true: numbers and rules, without Qt, threads, clocks or files."""
