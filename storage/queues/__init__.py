"""Work that waits: stacks for machines, papers for people."""
