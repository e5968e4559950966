"""The acts of notices: issuing one, recording which bytes are its PDF."""
