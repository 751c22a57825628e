"""Results as files for others: tables, pictures, pages."""
