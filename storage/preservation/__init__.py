"""OAIS duties: fixity, backup, restore, rebuild."""
