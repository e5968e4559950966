"""Pure rules about roles and authority."""
