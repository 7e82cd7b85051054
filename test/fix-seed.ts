import fc from 'fast-check';

// The same examples every time, so that a failure of CI is one of the change; `HUILIU_PROPERTY_SEED=7 npx vitest run FILE` tries others.
fc.configureGlobal({ seed: Number(process.env['HUILIU_PROPERTY_SEED'] ?? 20261122) });
