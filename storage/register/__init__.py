"""The register of the one-stop software: imports, and its columns in memory."""
