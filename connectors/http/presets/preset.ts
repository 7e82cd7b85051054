/** A preset turns few settings into a whole recipe; what the settings say themselves wins. */
export type Preset = (given: Record<string, unknown>, feed: Record<string, unknown>) => { readonly site?: object; readonly feed: object };
