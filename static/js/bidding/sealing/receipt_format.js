// The private receipt's own name, the same as the command line writes.

export const RECEIPT_TYPE = "muhr-private-receipt";
