"""The steps from received file to filed paper. Plain functions: no Prefect here."""
