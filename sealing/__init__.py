"""The pure strong room: sealed envelopes, their time lock and committee, signed notes."""
