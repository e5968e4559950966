"""The rules of notices: their kinds, their facts, who may act and why the answer may be no."""
