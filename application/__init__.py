"""What people do: review, the one-stop counter, sampling, inspection, reports.

Use cases on top of rules and storage; web, cli and flows call them.
"""
