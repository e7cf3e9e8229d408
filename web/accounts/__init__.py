"""Signing in, second factor, the administrator's page, the first page of each role."""
