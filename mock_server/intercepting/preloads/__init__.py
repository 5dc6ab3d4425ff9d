"""What is loaded into programs that are intercepted, before their own code. Needs nothing of the rest of the package.

Each reads the variable INCIDENT_DOUBLE_REDIRECTION, as JSON: the `hosts` that lead to a double, for each of their
`ports` the address where that is, the other hosts that are `allowed` ("*" for all), and the file of the
`authorities` to be trusted.
"""
