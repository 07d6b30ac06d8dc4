"""Reading data sets and the program's own resources."""
