"""The roof: one place where all packages are joined into an application."""
