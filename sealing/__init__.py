"""The strong room: sealing and opening, pure."""
