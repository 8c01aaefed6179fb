/** The failpoint inside of a block store: the name of the one behind it, and this. */
export const INSIDE = ', inside';
