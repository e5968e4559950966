"""Public notices: what was decided, frozen as facts, shown as pages and printed as PDFs."""
