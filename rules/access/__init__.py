"""Who may do and see what: roles, actions, units, masking."""
