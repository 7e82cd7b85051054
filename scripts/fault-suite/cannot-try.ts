/** The case cannot be tried here; the reason goes into the table. */
export class CannotTry extends Error {}
