declare module 'hoodiecrow-imap' {
  const hoodiecrow: (options: Record<string, unknown>) => never;
  export default hoodiecrow;
}
