"""People in a browser: the clerk's desk, on a frame that officials and auditors share.

Server-rendered pages; the browser adds keys, a viewer and live progress. Imports neither reading nor
flows: what is handed in here is an object and a row, and the worker takes it from there.
"""
