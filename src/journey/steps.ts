/** The verbs of the journey in their order; each is a folder beside this file. Matching runs once a night over all new names. */
export const steps = ['collect', 'land', 'decode', 'map', 'validate', 'match', 'load'] as const;
