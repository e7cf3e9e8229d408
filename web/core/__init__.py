"""What every page needs: context, permissions, viewing of records, templates, page images, OpenID."""
