"""The clerk's desk: field review, look-alikes, page arrangement, paper status, acceptance samples."""
