"""Reports (báo cáo) drawn up, and their forms: PDF to sign, spreadsheet."""
