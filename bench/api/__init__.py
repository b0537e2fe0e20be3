"""What ``import bench`` offers, one function for each verb of the command line.

A verb parses its arguments, calls the function and renders what it returns.
"""
