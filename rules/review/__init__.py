"""What goes to a person, what their answers change, and how acceptance samples prove an error rate."""
