"""The rules of oversight: what an auditor may see and when."""
