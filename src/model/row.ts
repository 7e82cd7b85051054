/**
 * One physical row as the sender wrote it. `rowNo` is 1-based and counts as the sender's own program does:
 * the sheet row, or the line of a text file on which the record begins. Cells are text: '' for an empty one,
 * numbers with at most 15 significant digits as Excel shows them, dates as `yyyy-MM-dd[ HH:mm:ss]` when the cell
 * itself says that it is a date.
 */
export interface Row {
  readonly rowNo: number;
  readonly cells: readonly string[];
}
