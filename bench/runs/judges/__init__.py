"""What the judges of a finished run are worth: their biases, and how far they agree with people."""
