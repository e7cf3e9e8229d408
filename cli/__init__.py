"""People at a terminal: `sohoa …`. Composes everything below, decides nothing itself.

Exit status: 0 done · 1 unexpected · 2 usage · 3 a file or page was refused or could not be read ·
4 something to install or mend on this machine · 5 object store or database · 6 not on record ·
7 something stored was altered or lost · 130 interrupted.
"""
