"""Files of bids as pictures of their pages, drawn by a process that can do nothing else."""
